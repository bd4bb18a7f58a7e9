package dev.weir.spend;

/**
 * The count, sum, minimum and maximum of amounts.
 *
 * @param count the number of amounts; if it is 0, the other fields are meaningless
 * @param cents the sum in cents
 * @param min the smallest amount in cents
 * @param max the largest amount in cents
 */
record Summary(long count, long cents, long min, long max) {
  static final Summary NONE = new Summary(0, 0, Long.MAX_VALUE, Long.MIN_VALUE);

  /** Accumulates a summary. Not thread-safe. */
  static final class Sum {
    private long count;
    private long cents;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    void add(long addedCount, long addedCents, long smallest, long largest) {
      count += addedCount;
      cents += addedCents;
      min = Math.min(min, smallest);
      max = Math.max(max, largest);
    }

    Summary summary() {
      return count == 0 ? NONE : new Summary(count, cents, min, max);
    }
  }
}
