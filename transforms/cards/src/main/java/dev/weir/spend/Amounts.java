package dev.weir.spend;

import java.util.Arrays;

/**
 * How often each amount was added, less how often it was taken back. An amount may be taken back
 * before it was added: until then it is held below zero, and counts for nothing. Immutable.
 */
final class Amounts {
  static final Amounts NONE = new Amounts(new long[0], new long[0]);

  private final long[] cents;
  private final long[] counts;

  /**
   * @param cents ascending
   * @param counts of each, never zero
   */
  Amounts(long[] cents, long[] counts) {
    this.cents = cents;
    this.counts = counts;
  }

  /** The amounts with one of them added so many times, or taken back where that is negative. */
  Amounts plus(long amount, long times) {
    if (times == 0) {
      return this;
    }
    int found = Arrays.binarySearch(cents, amount);
    if (found < 0) {
      int at = -found - 1;
      return new Amounts(inserted(cents, at, amount), inserted(counts, at, times));
    }
    if (counts[found] + times == 0) {
      return new Amounts(without(cents, found), without(counts, found));
    }
    long[] changed = counts.clone();
    changed[found] += times;
    return new Amounts(cents, changed);
  }

  boolean isEmpty() {
    return cents.length == 0;
  }

  /** Of what was added more often than it was taken back. */
  Summary summary() {
    Summary.Sum sum = new Summary.Sum();
    for (int i = 0; i < cents.length; i++) {
      if (counts[i] > 0) {
        sum.add(counts[i], counts[i] * cents[i], cents[i], cents[i]);
      }
    }
    return sum.summary();
  }

  /** Each amount once, ascending; not to be changed. */
  long[] cents() {
    return cents;
  }

  /** How often each is there; not to be changed. */
  long[] counts() {
    return counts;
  }

  private static long[] inserted(long[] array, int at, long value) {
    long[] longer = new long[array.length + 1];
    System.arraycopy(array, 0, longer, 0, at);
    longer[at] = value;
    System.arraycopy(array, at, longer, at + 1, array.length - at);
    return longer;
  }

  private static long[] without(long[] array, int at) {
    long[] shorter = new long[array.length - 1];
    System.arraycopy(array, 0, shorter, 0, at);
    System.arraycopy(array, at + 1, shorter, at, shorter.length - at);
    return shorter;
  }
}
