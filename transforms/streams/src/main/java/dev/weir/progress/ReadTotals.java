package dev.weir.progress;

/**
 * What a run has read so far.
 *
 * @param files number of input files
 * @param filesRead number of those that were read to their end
 * @param bytes size of all input files; of compressed files, compressed bytes
 * @param bytesRead number of those bytes that were read and processed; at most {@code bytes}
 * @param records number of records that were read, including those that are unreadable
 * @param isSized whether all files are known of the inputs that have reported; until then {@code
 *     files} and {@code bytes} grow
 * @param isBegun whether anything was read in this process
 */
public record ReadTotals(
    long files,
    long filesRead,
    long bytes,
    long bytesRead,
    long records,
    boolean isSized,
    boolean isBegun) {

  /** Returns whether all files were read to their end. */
  public boolean isRead() {
    return isSized && isBegun && filesRead == files;
  }
}
