package dev.weir.iceberg.commit;

import dev.weir.iceberg.commit.GuardedOperations.Moved;
import dev.weir.iceberg.table.LedgerException;
import java.time.Duration;
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
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the numbered files of a live sink to its table, each number exactly once, whatever was
 * lost, repeated or restored before. The protocol and its failure cases are in {@code
 * docs/ledger.md}.
 */
public final class CommitStream {
  private static final Logger LOG = LoggerFactory.getLogger(CommitStream.class);
  private static final int TRIES = 20;
  private static final long MOST_WAIT_MILLIS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Table table;
  private final String sinkId;
  private final String property;
  private final boolean takesBack;
  private final Duration patience;
  private List<NumberedFiles> ahead = List.of();
  private boolean first = true;

  /**
   * What a call of {@link #commit} did.
   *
   * @param rows committed, deletes included
   * @param snapshots made for them
   * @param skipped files that an earlier attempt had committed already
   */
  record Done(long rows, int snapshots, int skipped) {
    private Done and(CommitPlan plan) {
      return new Done(
          rows + plan.rows(), snapshots + plan.groups().size(), skipped + plan.skipped());
    }
  }

  /**
   * @param takesBack whether rows that a restored job brings again have to be taken out first;
   *     where they replace themselves by their key they have not
   */
  public CommitStream(Table table, String sinkId, boolean takesBack) {
    this(table, sinkId, takesBack, PATIENCE);
  }

  /**
   * @param patience how long files wait for those before them in one call
   */
  public CommitStream(Table table, String sinkId, boolean takesBack, Duration patience) {
    this.patience = patience;
    this.table = table;
    this.sinkId = sinkId;
    this.takesBack = takesBack;
    this.property = SinkRecord.property(sinkId);
  }

  /**
   * Commits what it can, in order. Files may come before their turn: after a restart with another
   * parallelism, workers share what is pending, and wait here for each other; and Beam's Flink
   * runner may hand out the buffers of several checkpoints in an order that is not theirs, then the
   * missing files come with the next call.
   *
   * @param pending files whose numbers are stable: after any restart they come again with the same
   *     numbers, or not at all
   * @throws LedgerException where another job has taken the sink over, or the state that this job
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

  /** Commits until the first gap. */
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
        LOG.info("sink {}: commit {} of at most {} lost a race", sinkId, attempt, TRIES, e);
        pause(attempt);
      }
    }
  }

  private void hold(CommitPlan plan, Done done) {
    if (!ahead.isEmpty() && !plan.ahead().isEmpty() && done.snapshots() == 0) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from goes on at "
              + plan.ahead().get(0).getNumber()
              + " and table "
              + table.name()
              + " ends at "
              + plan.after().through()
              + "; the table was made anew, or is another one: start afresh from the source");
    }
    ahead = plan.ahead();
    if (!ahead.isEmpty()) {
      LOG.warn(
          "sink {}: number {} came before number {}",
          sinkId,
          ahead.get(0).getNumber(),
          plan.after().through() + 1);
    }
  }

  private void commit(CommitPlan plan, String seen) {
    TableChange change = new TableChange(table, property, seen);
    if (first) {
      change.checking(this::checkExists);
    }
    if (plan.undoFrom() > 0 && takesBack) {
      try {
        undo(change.transaction(), plan);
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
                + " were compacted and cannot be taken back; restore from a later checkpoint",
            e);
      }
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
