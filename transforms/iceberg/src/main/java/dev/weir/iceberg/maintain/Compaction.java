package dev.weir.iceberg.maintain;

/**
 * The result of compacting a table.
 *
 * @param filesBefore number of data files that were rewritten
 * @param bytesBefore their total size, in bytes
 * @param filesAfter number of data files that replaced them
 * @param bytesAfter their total size, in bytes
 * @param deleteFilesRemoved number of delete files that no longer applied to any data file
 * @param groupsSkipped number of groups of files left unchanged because other commits kept changing
 *     them
 */
public record Compaction(
    int filesBefore,
    long bytesBefore,
    int filesAfter,
    long bytesAfter,
    int deleteFilesRemoved,
    int groupsSkipped) {

  /** One line for a log. */
  @Override
  public String toString() {
    return filesBefore
        + " data files ("
        + bytesBefore
        + " bytes) rewritten as "
        + filesAfter
        + " ("
        + bytesAfter
        + " bytes), "
        + deleteFilesRemoved
        + " delete files removed"
        + (groupsSkipped == 0 ? "" : ", " + groupsSkipped + " groups skipped after conflicts");
  }
}
