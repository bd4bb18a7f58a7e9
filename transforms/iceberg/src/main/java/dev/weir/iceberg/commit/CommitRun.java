package dev.weir.iceberg.commit;

import dev.weir.iceberg.commit.GuardedOperations.Moved;
import dev.weir.iceberg.table.LedgerException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Commits the files of a bounded run to its table, as one commit or several in a fixed order. A
 * rerun under the same sink id finds what is there and adds what is missing.
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
   * @param run this run; a retry of it has the same one
   * @param commits in all
   */
  public CommitRun(Table table, String sinkId, String run, int commits) {
    this.table = table;
    this.sinkId = sinkId;
    this.property = RunRecord.property(sinkId);
    this.run = run;
    this.commits = commits;
  }

  /**
   * @param index of the commit, from 0; the ones before it are made
   * @param ordered the files of each shard in the order in which they were written
   * @return rows committed; 0 where they were in the table already. Files that this run does not
   *     need because another one has made the commit are deleted while its snapshot is there
   * @throws LedgerException where the same sink id has committed other rows before
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
        // Another run under this sink id was faster, and its rows are compared with these; or
        // others commit to the table all the time.
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private void commit(int index, List<WrittenFiles> ordered, String seen, RunRecord after) {
    TableChange change = new TableChange(table, property, seen);
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
            + "; a rerun must have the same input and settings, a new run another --sinkId");
  }

  /**
   * Where the table's own snapshots say that the commit was made by another run, these files are in
   * no table. A run that only looks dead may come back after another has gone on: its files stay.
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
