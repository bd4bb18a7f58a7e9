package dev.weir.spend;

/**
 * What amounts add up to.
 *
 * @param count how many; the other figures of none mean nothing
 * @param cents their sum
 * @param min the smallest, in cents
 * @param max the largest, in cents
 */
record Summary(long count, long cents, long min, long max) {
  static final Summary NONE = new Summary(0, 0, Long.MAX_VALUE, Long.MIN_VALUE);

  /** Adds up; not for several threads. */
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
