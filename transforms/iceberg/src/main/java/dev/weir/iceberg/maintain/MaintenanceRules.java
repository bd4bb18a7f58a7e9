package dev.weir.iceberg.maintain;

import java.time.Duration;
import java.util.Objects;

/**
 * Defines what maintenance may do to a table, and when.
 *
 * @param targetFileSize target size of a data file, in bytes; 0 for the table's {@code
 *     write.target-file-size-bytes}
 * @param deleteFilesPerFile a data file of the right size is rewritten if at least this many delete
 *     files apply to it; a higher number makes compaction cheaper and reads slower
 * @param leaveAppended how long files that a live job appended are left unchanged. A job that is
 *     restored from a savepoint undoes what it has appended since, and cannot do so after those
 *     files were compacted. Upserts are not undone
 * @param threads number of threads, each of which rewrites one group of files at a time
 * @param history how long snapshots are kept, for reads of earlier snapshots and for jobs that undo
 *     what they have appended, which they find through these snapshots
 * @param snapshots number of snapshots that are kept regardless of their age
 * @param removeUnknown age at which orphans are removed if the table does not know their writer, or
 *     knows it as a run that has not finished. Such files may belong to a job that has not
 *     committed yet, or to another engine, so the age must be longer than any of them runs or stays
 *     stopped. Null to keep such orphans forever
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
   * @throws IllegalArgumentException if a number is out of range
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
   * Target file size from the table's properties; data files rewritten when one delete file
   * applies; appended files left unchanged for one day; one thread; five days and ten snapshots of
   * history; files of unknown writers never removed.
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
