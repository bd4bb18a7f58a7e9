package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.LedgerException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** The part of a snapshot's summary that identifies the sink and the job that made it. */
record SnapshotTag(String sinkId, String job, String attempt, long from, long to) {
  static final String UNDONE = "weir.undone";
  private static final String SINK = "weir.sink";
  private static final String JOB = "weir.job";
  private static final String ATTEMPT = "weir.attempt";
  private static final String FROM = "weir.from";
  private static final String TO = "weir.to";

  Map<String, String> properties() {
    return Map.of(
        SINK, sinkId, JOB, job, ATTEMPT, attempt, FROM, Long.toString(from), TO, Long.toString(to));
  }

  /** Returns whether a live job made the snapshot under this sink id. */
  static boolean isOf(Snapshot snapshot, String sinkId) {
    Map<String, String> summary = snapshot.summary();
    return sinkId.equals(summary.get(SINK)) && summary.containsKey(JOB);
  }

  /**
   * Returns whether the snapshot is of the same start of the same job as the files, or of an
   * earlier start and before everything that theirs has committed.
   */
  static boolean isBefore(
      Snapshot snapshot, String sinkId, NumberedFiles files, SinkRecord record) {
    if (!isOf(snapshot, sinkId, files.getJob())) {
      return false;
    }
    return files.getAttempt().equals(snapshot.summary().get(ATTEMPT))
        || number(snapshot, TO) < record.firstOf(files.getAttempt());
  }

  private static boolean isOf(Snapshot snapshot, String sinkId, String job) {
    Map<String, String> summary = snapshot.summary();
    return sinkId.equals(summary.get(SINK)) && job.equals(summary.get(JOB));
  }

  /**
   * The data files that a job added with the numbers {@code from} to {@code to}.
   *
   * @throws LedgerException if their snapshots have expired, or also contain other numbers
   */
  static Set<DataFile> dataFilesSince(Table table, String sinkId, String job, long from, long to) {
    Set<DataFile> files = new LinkedHashSet<>();
    // Go down from the highest number without a gap: older snapshots with the same number were
    // undone.
    long next = to;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (next < from) {
        break;
      }
      if (!isOf(snapshot, sinkId, job) || number(snapshot, TO) != next) {
        continue;
      }
      long first = number(snapshot, FROM);
      if (first < from) {
        break;
      }
      snapshot.addedDataFiles(table.io()).forEach(files::add);
      next = first - 1;
    }
    if (next >= from) {
      throw new LedgerException(
          "sink "
              + sinkId
              + ": the state this job was restored from is older than table "
              + table.name()
              + ", and the snapshots of its commits "
              + from
              + " to "
              + to
              + " no longer exist and cannot be undone; restore from a later checkpoint");
    }
    return files;
  }

  private static long number(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().get(property));
  }
}
