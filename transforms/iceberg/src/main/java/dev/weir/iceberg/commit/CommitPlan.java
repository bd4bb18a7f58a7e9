package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.LedgerException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What to commit, given the table's record of the sink and the pending files.
 *
 * @param groups each becomes one snapshot, in this order; within a group no key occurs twice
 * @param skipped number of pending files that are already committed
 * @param undoFrom the first number that the table has but the job's state does not know; 0 if there
 *     is none
 * @param undoTo the last such number; 0 if there is none
 * @param ahead pending files that must wait because a file before them is missing
 * @param after the table's record of the sink after the commit
 */
record CommitPlan(
    List<List<NumberedFiles>> groups,
    int skipped,
    long undoFrom,
    long undoTo,
    List<NumberedFiles> ahead,
    SinkRecord after) {

  /**
   * @throws LedgerException if another job, or another start of this job, has taken over the sink,
   *     or if the job's state is so old that the table has no record of its attempt any more
   */
  static CommitPlan of(String sinkId, SinkRecord before, List<NumberedFiles> pending) {
    List<NumberedFiles> ordered = new ArrayList<>(pending);
    ordered.sort(Comparator.comparingLong(NumberedFiles::getNumber));
    SinkRecord record = before;
    List<NumberedFiles> due = new ArrayList<>();
    List<NumberedFiles> ahead = new ArrayList<>();
    int skipped = 0;
    long undoFrom = 0;
    for (NumberedFiles files : ordered) {
      if (!files.getJob().equals(record.job())) {
        checkNotSuperseded(sinkId, record, files);
        record = record.takenOverBy(files.getJob());
      }
      if (files.getNumber() <= record.through() && isCommitted(sinkId, record, files)) {
        skipped++;
        continue;
      }
      checkNotCut(sinkId, record, files);
      if (files.getNumber() <= record.through()) {
        undoFrom = files.getNumber();
        record = record.cutBefore(files.getNumber(), files.getAttempt());
      }
      if (files.getNumber() != record.through() + 1) {
        ahead.add(files);
        continue;
      }
      record = record.with(files);
      due.add(files);
    }
    return new CommitPlan(
        grouped(due), skipped, undoFrom, undoFrom == 0 ? 0 : before.through(), ahead, record);
  }

  private static void checkNotSuperseded(String sinkId, SinkRecord record, NumberedFiles files) {
    if (record.superseded().contains(files.getJob())) {
      throw new LedgerException(
          "sink "
              + sinkId
              + " was taken over by another job; this job must not write any more: give it its own"
              + " --sinkId, or start it without its old state to take the sink over again");
    }
  }

  /**
   * An attempt writes all of its numbers in order. If another one has replaced some of them, it was
   * started from an older state, and the two go on from different rows.
   */
  private static void checkNotCut(String sinkId, SinkRecord record, NumberedFiles files) {
    if (record.cut().contains(files.getAttempt())) {
      throw new LedgerException(
          "sink "
              + sinkId
              + " was taken over by another start of the same job, from an older savepoint or"
              + " checkpoint; if both are running, stop one of them: a job and its copy must not"
              + " write under one sink id. Otherwise restore from a savepoint of the start that"
              + " wrote last");
    }
  }

  private static boolean isCommitted(String sinkId, SinkRecord record, NumberedFiles files) {
    SinkRecord.Attempt attempt = record.attemptOf(files.getNumber());
    if (attempt == null) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from is too old to be reconciled with the table;"
              + " restore from a later checkpoint, or start from the source without state");
    }
    return attempt.id().equals(files.getAttempt());
  }

  /** Forms as few groups as possible: a group holds files of one epoch only, and no shard twice. */
  private static List<List<NumberedFiles>> grouped(List<NumberedFiles> due) {
    List<List<NumberedFiles>> groups = new ArrayList<>();
    Set<Integer> shards = new HashSet<>();
    long epoch = 0;
    for (NumberedFiles files : due) {
      boolean fits =
          !groups.isEmpty()
              && files.getEpoch() == epoch
              && files.getFiles().getShards().stream().noneMatch(shards::contains);
      if (!fits) {
        groups.add(new ArrayList<>());
        shards.clear();
        epoch = files.getEpoch();
      }
      groups.get(groups.size() - 1).add(files);
      shards.addAll(files.getFiles().getShards());
    }
    return groups;
  }

  long rows() {
    return groups.stream()
        .flatMap(List::stream)
        .mapToLong(files -> files.getFiles().getRows())
        .sum();
  }
}
