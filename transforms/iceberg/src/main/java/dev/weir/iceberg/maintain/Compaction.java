package dev.weir.iceberg.maintain;

/**
 * What a compaction did.
 *
 * @param filesBefore data files that were rewritten
 * @param bytesBefore of them
 * @param filesAfter data files that took their place
 * @param bytesAfter of them
 * @param deleteFilesRemoved delete files that no longer applied to anything
 * @param groupsSkipped groups of files that were left as they are, since others kept changing them
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
