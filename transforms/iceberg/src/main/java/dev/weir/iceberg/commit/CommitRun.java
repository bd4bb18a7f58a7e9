package dev.weir.iceberg.commit;

import dev.weir.iceberg.commit.GuardedOperations.Moved;
import dev.weir.iceberg.table.LedgerException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Commits the files of a bounded run to its table, in one commit or several in a fixed order. A
 * rerun with the same sink id skips the commits that the table already has and adds those that are
 * missing.
 */
public final class CommitRun {
  private static final String RUN = "weir.run";
  private static final String SINK = "weir.sink";
  private static final String COMMIT = "weir.commit";
  private static final int TRIES = 20;

  private final Table table;
  private final String sinkId;
  private final String property;
  private final String run;
  private final int commits;

  /**
   * @param run the id of this run; a retry of the run has the same id
   * @param commits the total number of commits of the run
   */
  public CommitRun(Table table, String sinkId, String run, int commits) {
    this.table = table;
    this.sinkId = sinkId;
    this.property = RunRecord.property(sinkId);
    this.run = run;
    this.commits = commits;
  }

  /**
   * @param index the index of the commit, from 0; all commits before it must have been made
   * @param ordered the files of each shard in the order in which they were written
   * @return number of rows committed; 0 if they were in the table already. If the table's snapshots
   *     show that another run made the commit, the files of this run are not needed and are deleted
   * @throws LedgerException if the same sink id has committed other rows before
   */
  public long commit(int index, List<WrittenFiles> ordered) {
    long digest = ordered.stream().mapToLong(WrittenFiles::getDigest).sum();
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      String seen = table.properties().get(property);
      RunRecord record =
          seen == null ? new RunRecord(run, commits, List.of(), 0) : RunRecord.parse(seen);
      int made = record.digests().size();
      if (record.commits() != commits || index > made) {
        throw otherRows();
      }
      if (index < made) {
        if (record.digests().get(index) != digest) {
          throw otherRows();
        }
        discardIfOfOtherRun(index, ordered);
        return 0;
      }
      try {
        commit(index, ordered, seen, record.with(run, digest, System.currentTimeMillis()));
        return ordered.stream().mapToLong(WrittenFiles::getRows).sum();
      } catch (Moved | CommitFailedException e) {
        // Either another run with this sink id was faster, and the next attempt compares its rows
        // with these; or other jobs commit to the table all the time.
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private void commit(int index, List<WrittenFiles> ordered, String seen, RunRecord after) {
    TableChange change = new TableChange(table, new DeletionVectors(table, sinkId), property, seen);
    Map<String, String> tag = Map.of(RUN, run, SINK, sinkId, COMMIT, Integer.toString(index));
    for (List<WrittenFiles> group : TableChange.withoutConflicts(ordered)) {
      change.add(group, tag);
    }
    change.commit(after.toJson());
  }

  private LedgerException otherRows() {
    return new LedgerException(
        "sink "
            + sinkId
            + " has already written other rows to table "
            + table.name()
            + "; a rerun needs the same input and settings, and a new run needs another --sinkId");
  }

  /**
   * Deletes these files if the table's snapshots show that another run made the commit, because the
   * table then does not reference them. A run that was believed dead may resume after another run
   * has continued its work; the files that it committed itself must stay.
   */
  private void discardIfOfOtherRun(int index, List<WrittenFiles> written) {
    for (Snapshot snapshot : table.snapshots()) {
      Map<String, String> tag = snapshot.summary();
      if (sinkId.equals(tag.get(SINK)) && Integer.toString(index).equals(tag.get(COMMIT))) {
        if (!run.equals(tag.get(RUN))) {
          written.forEach(files -> TableChange.delete(table, files));
        }
        return;
      }
    }
  }
}
