package dev.weir.iceberg.commit;

import dev.weir.iceberg.commit.GuardedOperations.Moved;
import dev.weir.iceberg.table.LedgerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the numbered files of a live sink to its table, each number exactly once, regardless of
 * what was lost, repeated or restored before. {@code docs/ledger.md} describes the protocol and its
 * failure cases.
 */
public final class CommitStream {
  private static final Logger LOG = LoggerFactory.getLogger(CommitStream.class);
  private static final int TRIES = 20;
  private static final long MOST_WAIT_MILLIS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Table table;
  private final String sinkId;
  private final String property;
  private final boolean undoOnRestore;
  private final Duration patience;
  private final DeletionVectors vectors;
  private List<NumberedFiles> ahead = List.of();
  private boolean first = true;

  /** The deletes by key that were written for each number, for the next try to commit it. */
  private final Map<Long, List<DeleteFile>> keyDeletes = new HashMap<>();

  /**
   * The result of a call of {@link #commit}.
   *
   * @param rows number of rows committed, including deletes
   * @param snapshots number of snapshots made for them
   * @param skipped number of files that an earlier attempt had already committed
   */
  record Done(long rows, int snapshots, int skipped) {
    private Done and(CommitPlan plan) {
      return new Done(
          rows + plan.rows(), snapshots + plan.groups().size(), skipped + plan.skipped());
    }
  }

  /**
   * @param undoOnRestore whether rows that a restored job emits again must be removed first; false
   *     if rows replace each other by key
   */
  public CommitStream(Table table, String sinkId, boolean undoOnRestore) {
    this(table, sinkId, undoOnRestore, PATIENCE);
  }

  /**
   * @param patience how long files wait, within one call, for the files before them
   */
  public CommitStream(Table table, String sinkId, boolean undoOnRestore, Duration patience) {
    this.patience = patience;
    this.table = table;
    this.sinkId = sinkId;
    this.vectors = new DeletionVectors(table, sinkId);
    this.undoOnRestore = undoOnRestore;
    this.property = SinkRecord.property(sinkId);
  }

  /**
   * Commits as many files as possible, in order. Files may arrive early. After a restart with
   * another parallelism, the workers share the pending files and wait here for each other. Beam's
   * Flink runner may also emit the buffers of several checkpoints in the wrong order; the missing
   * files then arrive with the next call.
   *
   * @param pending files with stable numbers: after any restart they arrive again with the same
   *     numbers, or not at all
   * @throws LedgerException if another job has taken over the sink, or if the state that this job
   *     was restored from cannot be reconciled with the table
   */
  public Done commit(List<NumberedFiles> pending) {
    List<NumberedFiles> all = new ArrayList<>(ahead);
    all.addAll(pending);
    long deadline = System.nanoTime() + patience.toNanos();
    Done done = new Done(0, 0, 0);
    while (true) {
      CommitPlan plan = commitInOrder(all);
      done = done.and(plan);
      if (!plan.groups().isEmpty()) {
        deadline = System.nanoTime() + patience.toNanos();
      }
      all = plan.ahead();
      if (all.isEmpty() || System.nanoTime() >= deadline) {
        hold(plan, done);
        return done;
      }
      pause(TRIES);
    }
  }

  /** Commits up to the first gap. */
  private CommitPlan commitInOrder(List<NumberedFiles> pending) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      String seen = table.properties().get(property);
      CommitPlan plan = CommitPlan.of(sinkId, SinkRecord.parse(seen), pending);
      if (plan.groups().isEmpty()) {
        return plan;
      }
      try {
        commit(plan, seen);
        LOG.info(
            "sink {}: {} rows and deletes in {} snapshots of table {}",
            sinkId,
            plan.rows(),
            plan.groups().size(),
            table.name());
        return plan;
      } catch (Moved | CommitFailedException e) {
        if (attempt == TRIES) {
          throw e;
        }
        LOG.info(
            "sink {}: attempt {} of {} conflicts with another commit", sinkId, attempt, TRIES, e);
        pause(attempt);
      }
    }
  }

  private void hold(CommitPlan plan, Done done) {
    if (!ahead.isEmpty() && !plan.ahead().isEmpty() && done.snapshots() == 0) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from continues at "
              + plan.ahead().get(0).getNumber()
              + ", but table "
              + table.name()
              + " ends at "
              + plan.after().through()
              + "; the table was recreated or is a different one: start from the source without"
              + " state");
    }
    ahead = plan.ahead();
    if (!ahead.isEmpty()) {
      LOG.warn(
          "sink {}: the files of commit {} arrived before those of commit {}",
          sinkId,
          ahead.get(0).getNumber(),
          plan.after().through() + 1);
    }
  }

  private void commit(CommitPlan plan, String seen) {
    if (first) {
      plan.groups().forEach(group -> group.forEach(files -> checkExist(files.getFiles())));
    }
    TableChange change = new TableChange(table, vectors, property, seen);
    if (plan.undoFrom() > 0 && undoOnRestore) {
      try {
        undo(change, plan);
      } catch (ValidationException e) {
        throw new LedgerException(
            "sink "
                + sinkId
                + ": the state this job was restored from is older than table "
                + table.name()
                + ", and the files of its commits "
                + plan.undoFrom()
                + " to "
                + plan.undoTo()
                + " were compacted and cannot be removed; restore from a later checkpoint",
            e);
      }
    }
    for (List<NumberedFiles> group : plan.groups()) {
      List<WrittenFiles> accepted = new ArrayList<>();
      List<DeleteFile> more = new ArrayList<>();
      for (NumberedFiles files : group) {
        List<DeleteFile> byKey = keyDeletes(change, files, plan.after());
        WrittenFiles written = files.getFiles();
        if (!byKey.isEmpty()) {
          WrittenFiles kept = KeyDeletes.withOwnVectors(table, written);
          Set<String> leftOut = TableChange.locations(table, written);
          leftOut.removeAll(TableChange.locations(table, kept));
          change.leaveOut(leftOut);
          written = kept;
        }
        accepted.add(written);
        more.addAll(byKey);
      }
      change.add(accepted, more, tag(group).properties());
    }
    change.commit(plan.after().toJson());
    first = false;
    keyDeletes.clear();
  }

  /**
   * Returns deletes by key in place of what the files assume of the table. If the assumption holds,
   * there are none, and the change is committed only if it still holds.
   */
  private List<DeleteFile> keyDeletes(TableChange change, NumberedFiles files, SinkRecord after) {
    TableMetadata now = ((HasTableOperations) table).operations().current();
    if (OtherChanges.allow(files, now, sinkId, after)) {
      change.require(base -> OtherChanges.allow(files, base, sinkId, after));
      return List.of();
    }
    return keyDeletes.computeIfAbsent(
        files.getNumber(),
        number -> {
          LOG.info("sink {}: the deletes of commit {} are by key", sinkId, number);
          return KeyDeletes.write(table, sinkId, files.getFiles());
        });
  }

  private SnapshotTag tag(List<NumberedFiles> group) {
    NumberedFiles oldest = group.get(0);
    NumberedFiles youngest = group.get(group.size() - 1);
    return new SnapshotTag(
        sinkId, oldest.getJob(), oldest.getAttempt(), oldest.getNumber(), youngest.getNumber());
  }

  /** Removes the rows of later epochs, because the restored job will emit them again. */
  private void undo(TableChange change, CommitPlan plan) {
    Set<DataFile> files =
        SnapshotTag.dataFilesSince(
            table, sinkId, plan.after().job(), plan.undoFrom(), plan.undoTo());
    if (files.isEmpty()) {
      return;
    }
    LOG.warn(
        "sink {}: the state this job was restored from is older than table {}; removing {} files of"
            + " the commits {} to {}, because the job emits their rows again",
        sinkId,
        table.name(),
        files.size(),
        plan.undoFrom(),
        plan.undoTo());
    DeleteFiles delete = change.newDelete().validateFilesExist();
    files.forEach(delete::deleteFile);
    delete.set(SnapshotTag.UNDONE, plan.undoFrom() + "-" + plan.undoTo()).commit();
  }

  /** The reserve is checked too, because it may be needed at the next try. */
  private void checkExist(WrittenFiles written) {
    TableChange.locations(table, written).forEach(this::checkExists);
  }

  private void checkExists(String location) {
    if (!exists(location)) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from references "
              + location
              + ", which does not exist; restore from a later checkpoint, or start from the source"
              + " without state");
    }
  }

  private boolean exists(String location) {
    try {
      return table.io().newInputFile(location).exists();
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
      throw new IllegalStateException("interrupted between two attempts to commit", e);
    }
  }
}
