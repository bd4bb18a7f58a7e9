package dev.weir.iceberg.maintain;

import java.time.Duration;
import java.util.Objects;

/**
 * What maintenance may do to a table, and how eagerly.
 *
 * @param targetFileSize of a data file, in bytes; 0 for what the table's {@code
 *     write.target-file-size-bytes} says
 * @param deleteFilesPerFile a data file of the right size is rewritten where that many delete files
 *     apply to it: more of them make compaction cheaper and reading slower
 * @param leaveAppended how long files are left alone that a live job has appended. A job that is
 *     restored from a savepoint takes back what it has appended since, and cannot once that is
 *     compacted. What is upserted is not taken back
 * @param threads that each rewrite a group of files
 * @param history how long snapshots are kept, for readers of the past and for the jobs that take
 *     back what they have appended: they know it by its snapshots
 * @param snapshots that are kept however old they are
 * @param removeUnknown age from which orphans are removed whose writer the table does not know, or
 *     knows to be a run that has not finished. They may belong to a job that has not committed yet,
 *     or to another engine: the age has to be longer than any of them takes, or is stopped for.
 *     Null for never
 */
public record MaintenanceRules(
    long targetFileSize,
    int deleteFilesPerFile,
    Duration leaveAppended,
    int threads,
    Duration history,
    int snapshots,
    Duration removeUnknown) {

  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public MaintenanceRules {
    check("target file size", targetFileSize, 0);
    check("delete files per file", deleteFilesPerFile, 1);
    check("threads", threads, 1);
    check("snapshots", snapshots, 1);
    Objects.requireNonNull(leaveAppended, "leaveAppended");
    Objects.requireNonNull(history, "history");
  }

  private static void check(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be " + least + " or more, not " + value);
    }
  }

  /**
   * Files as large as the table says, without deletes; appended files left for a day; five days and
   * ten snapshots of history; nothing removed of unknown writers.
   */
  public static MaintenanceRules standard() {
    return new MaintenanceRules(0, 1, Duration.ofDays(1), 1, Duration.ofDays(5), 10, null);
  }

  public MaintenanceRules withTargetFileSize(long bytes) {
    return new MaintenanceRules(
        bytes, deleteFilesPerFile, leaveAppended, threads, history, snapshots, removeUnknown);
  }

  public MaintenanceRules withDeleteFilesPerFile(int files) {
    return new MaintenanceRules(
        targetFileSize, files, leaveAppended, threads, history, snapshots, removeUnknown);
  }

  public MaintenanceRules leavingAppendedFilesFor(Duration age) {
    return new MaintenanceRules(
        targetFileSize, deleteFilesPerFile, age, threads, history, snapshots, removeUnknown);
  }

  public MaintenanceRules withThreads(int count) {
    return new MaintenanceRules(
        targetFileSize,
        deleteFilesPerFile,
        leaveAppended,
        count,
        history,
        snapshots,
        removeUnknown);
  }

  public MaintenanceRules withHistory(Duration age, int count) {
    return new MaintenanceRules(
        targetFileSize, deleteFilesPerFile, leaveAppended, threads, age, count, removeUnknown);
  }

  public MaintenanceRules removingUnknownOlderThan(Duration age) {
    return new MaintenanceRules(
        targetFileSize, deleteFilesPerFile, leaveAppended, threads, history, snapshots, age);
  }
}
