package dev.weir.progress;

/**
 * How far the attempts at reading one part have come. A part that is read again counts only from
 * where the attempt before it stopped.
 */
final class PartCount {
  private long length;
  private long bytes;
  private long records;
  private boolean read;

  synchronized void expect(long expected) {
    length = Math.max(length, expected);
  }

  /**
   * An attempt has come as far as this.
   *
   * @param reachedBytes from the beginning of the part
   * @param reachedRecords from the beginning of the part
   */
  synchronized void reach(long reachedBytes, long reachedRecords) {
    bytes = Math.max(bytes, reachedBytes);
    records = Math.max(records, reachedRecords);
    length = Math.max(length, bytes);
  }

  /** An attempt has come to the end, even if it did not need all bytes. */
  synchronized void complete() {
    bytes = length;
    read = true;
  }

  synchronized long length() {
    return length;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized long records() {
    return records;
  }

  synchronized boolean isRead() {
    return read;
  }
}
