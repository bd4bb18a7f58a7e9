package dev.weir.ledger;

import dev.weir.ledger.GuardedOperations.Moved;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the numbered files of a live sink to its table, each number exactly once, whatever was
 * lost, repeated or restored before. The protocol and its failure cases are in {@code
 * docs/ledger.md}.
 */
final class CommitStream {
  private static final Logger LOG = LoggerFactory.getLogger(CommitStream.class);
  private static final int TRIES = 20;
  private static final long MOST_WAIT_MILLIS = 2_000;

  private final Table table;
  private final String sinkId;
  private final String property;
  private final boolean takesBack;
  private List<NumberedFiles> ahead = List.of();
  private boolean first = true;

  /**
   * What a call of {@link #commit} did.
   *
   * @param rows committed, deletes included
   * @param snapshots made for them
   * @param skipped files that an earlier attempt had committed already
   */
  record Done(long rows, int snapshots, int skipped) {}

  /**
   * @param takesBack whether rows that a restored job brings again have to be taken out first;
   *     where they replace themselves by their key they have not
   */
  CommitStream(Table table, String sinkId, boolean takesBack) {
    this.table = table;
    this.sinkId = sinkId;
    this.takesBack = takesBack;
    this.property = SinkRecord.property(sinkId);
  }

  /**
   * Commits what it can. Files may come before their turn: after a restart Beam's Flink runner
   * hands out the buffers of several checkpoints in an order that is not theirs. They wait here for
   * the missing ones, which come with the next call.
   *
   * @param pending files whose numbers are stable: after any restart they come again with the same
   *     numbers, or not at all
   * @throws LedgerException where another job has taken the sink over, or the state that this job
   *     was restored from cannot be reconciled with the table
   */
  Done commit(List<NumberedFiles> pending) {
    List<NumberedFiles> all = new ArrayList<>(ahead);
    all.addAll(pending);
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      String seen = table.properties().get(property);
      SinkRecord record = SinkRecord.parse(seen);
      CommitPlan plan = CommitPlan.of(sinkId, record, all);
      try {
        if (!plan.groups().isEmpty()) {
          commit(plan, seen);
        }
        hold(plan, record);
        return new Done(plan.rows(), plan.groups().size(), plan.skipped());
      } catch (Moved | CommitFailedException e) {
        if (attempt == TRIES) {
          throw e;
        }
        LOG.info("sink {}: commit {} of at most {} lost a race", sinkId, attempt, TRIES, e);
        pause(attempt);
      }
    }
  }

  private void hold(CommitPlan plan, SinkRecord record) {
    if (plan.ahead().isEmpty()) {
      ahead = List.of();
      return;
    }
    long next = plan.ahead().get(0).getNumber();
    if (!ahead.isEmpty() && plan.groups().isEmpty()) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from goes on at "
              + next
              + " and table "
              + table.name()
              + " ends at "
              + record.through()
              + "; the table was made anew, or is another one: start afresh from the source");
    }
    LOG.warn("sink {}: number {} came before number {}", sinkId, next, plan.after().through() + 1);
    ahead = plan.ahead();
  }

  private void commit(CommitPlan plan, String seen) {
    TableChange change = new TableChange(table, property, seen);
    if (first) {
      change.checking(this::checkExists);
    }
    if (plan.undoFrom() > 0 && takesBack) {
      undo(change.transaction(), plan);
    }
    for (List<NumberedFiles> group : plan.groups()) {
      change.add(group.stream().map(NumberedFiles::getFiles).toList(), tag(group).properties());
    }
    change.commit(plan.after().toJson());
    first = false;
  }

  private SnapshotTag tag(List<NumberedFiles> group) {
    NumberedFiles oldest = group.get(0);
    NumberedFiles youngest = group.get(group.size() - 1);
    return new SnapshotTag(sinkId, oldest.getJob(), oldest.getNumber(), youngest.getNumber());
  }

  /** Takes the rows of later epochs out again: the restored job will bring them once more. */
  private void undo(Transaction transaction, CommitPlan plan) {
    Set<DataFile> files =
        SnapshotTag.dataFilesSince(
            table, sinkId, plan.after().job(), plan.undoFrom(), plan.undoTo());
    if (files.isEmpty()) {
      return;
    }
    LOG.warn(
        "sink {}: the state this job was restored from is older than table {}; taking {} files of"
            + " the commits {} to {} back, their rows come again",
        sinkId,
        table.name(),
        files.size(),
        plan.undoFrom(),
        plan.undoTo());
    DeleteFiles delete = transaction.newDelete().validateFilesExist();
    files.forEach(delete::deleteFile);
    delete.set(SnapshotTag.UNDONE, plan.undoFrom() + "-" + plan.undoTo()).commit();
  }

  private void checkExists(ContentFile<?> file) {
    if (!exists(file)) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from names "
              + file.location()
              + ", which is gone; restore from a later checkpoint, or start afresh from the source");
    }
  }

  private boolean exists(ContentFile<?> file) {
    try {
      return table.io().newInputFile(file.location()).exists();
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static void pause(int attempt) {
    long most = Math.min(MOST_WAIT_MILLIS, 50L << Math.min(attempt, 10));
    try {
      Thread.sleep(java.util.concurrent.ThreadLocalRandom.current().nextLong(most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two tries to commit", e);
    }
  }
}
