package dev.weir.progress;

/** Counts one attempt at reading a part of a file. For one thread. */
public final class PartMeter {
  /** Records after which a reader of one large block reports. */
  private static final int RECORDS_PER_REPORT = 1_000;

  private final PartCount count;
  private long bytes;
  private long records;
  private long reported;

  PartMeter(PartCount count) {
    this.count = count;
  }

  /** A record was read, or input that could not be read as one. */
  public void record() {
    records++;
    if (records - reported >= RECORDS_PER_REPORT) {
      report();
    }
  }

  /**
   * All bytes before this one were read and processed.
   *
   * @param offset from the beginning of the part, in bytes
   */
  public void reached(long offset) {
    if (offset > bytes) {
      bytes = offset;
      report();
    }
  }

  /** The part was read to its end. */
  public void complete() {
    report();
    count.complete();
  }

  private void report() {
    reported = records;
    count.reach(bytes, records);
  }
}
