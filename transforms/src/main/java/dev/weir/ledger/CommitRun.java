package dev.weir.ledger;

import dev.weir.ledger.GuardedOperations.Moved;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;

/**
 * Commits the files of a bounded run to its table, as one commit or several in a fixed order. A
 * rerun under the same sink id finds what is there and adds what is missing.
 */
final class CommitRun {
  private final Table table;
  private final String sinkId;
  private final String property;
  private final String run;
  private final int commits;

  /**
   * @param run this run; a retry of it has the same one
   * @param commits in all
   */
  CommitRun(Table table, String sinkId, String run, int commits) {
    this.table = table;
    this.sinkId = sinkId;
    this.property = RunRecord.property(sinkId);
    this.run = run;
    this.commits = commits;
  }

  /**
   * @param index of the commit, from 0; the ones before it are made
   * @param ordered the files of each shard in the order in which they were written
   * @return rows committed; 0 where they were in the table already, and these files are deleted
   * @throws LedgerException where the same sink id has committed other rows before
   */
  long commit(int index, List<WrittenFiles> ordered) {
    long digest = ordered.stream().mapToLong(WrittenFiles::getDigest).sum();
    while (true) {
      table.refresh();
      String seen = table.properties().get(property);
      RunRecord record =
          seen == null ? new RunRecord(run, commits, List.of(), 0) : RunRecord.parse(seen);
      if (index < record.digests().size()) {
        if (record.digests().get(index) != digest) {
          throw otherRows();
        }
        if (!record.run().equals(run)) {
          discard(ordered);
        }
        return 0;
      }
      if (record.commits() != commits || index != record.digests().size()) {
        throw otherRows();
      }
      TableChange change = new TableChange(table, property, seen);
      for (List<WrittenFiles> group : TableChange.withoutConflicts(ordered)) {
        change.add(group, Map.of("weir.run", run, "weir.sink", sinkId));
      }
      try {
        change.commit(record.with(run, digest, System.currentTimeMillis()).toJson());
        return ordered.stream().mapToLong(WrittenFiles::getRows).sum();
      } catch (Moved e) {
        // Another run under this sink id was faster; its rows are compared with these.
      }
    }
  }

  private LedgerException otherRows() {
    return new LedgerException(
        "sink "
            + sinkId
            + " has already written other rows to table "
            + table.name()
            + "; a rerun must have the same input and settings, a new run another --sinkId");
  }

  private void discard(List<WrittenFiles> written) {
    written.stream()
        .flatMap(files -> TableChange.files(table, files).stream())
        .forEach(file -> table.io().deleteFile(file.location()));
  }
}
