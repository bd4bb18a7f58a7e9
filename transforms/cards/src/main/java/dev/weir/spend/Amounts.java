package dev.weir.spend;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * How often each amount was added, minus how often it was retracted. An amount may be retracted
 * before it is added; until then its count is negative and it is ignored in the summary. Immutable.
 *
 * @param cents each amount once, ascending; do not modify the array
 * @param counts the count of each amount, never zero; do not modify the array
 */
record Amounts(long[] cents, long[] counts) {
  static final Amounts NONE = new Amounts(new long[0], new long[0]);

  /** Returns how often each amount occurs. */
  static Amounts of(long[] inAnyOrder) {
    long[] sorted = inAnyOrder.clone();
    Arrays.sort(sorted);
    long[] cents = new long[sorted.length];
    long[] counts = new long[sorted.length];
    int size = 0;
    for (long amount : sorted) {
      if (size == 0 || cents[size - 1] != amount) {
        cents[size++] = amount;
      }
      counts[size - 1]++;
    }
    return cut(cents, counts, size);
  }

  /** Returns the amounts of a sorted map that have a count other than zero. */
  static Amounts of(SortedMap<Long, Long> countOf) {
    if (countOf.isEmpty()) {
      return NONE;
    }
    long[] cents = new long[countOf.size()];
    long[] counts = new long[countOf.size()];
    int size = 0;
    for (Map.Entry<Long, Long> amount : countOf.entrySet()) {
      if (amount.getValue() != 0) {
        cents[size] = amount.getKey();
        counts[size++] = amount.getValue();
      }
    }
    return cut(cents, counts, size);
  }

  /** Returns the amounts with the sums of both counts. */
  Amounts plus(Amounts other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    long[] sums = new long[cents.length + other.cents.length];
    long[] counted = new long[sums.length];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < cents.length || theirs < other.cents.length) {
      boolean takeMine =
          theirs == other.cents.length || mine < cents.length && cents[mine] <= other.cents[theirs];
      long amount = takeMine ? cents[mine] : other.cents[theirs];
      long count = takeMine ? counts[mine++] : 0;
      if (theirs < other.cents.length && other.cents[theirs] == amount) {
        count += other.counts[theirs++];
      }
      if (count != 0) {
        sums[size] = amount;
        counted[size++] = count;
      }
    }
    return cut(sums, counted, size);
  }

  private static Amounts cut(long[] cents, long[] counts, int size) {
    return size == cents.length
        ? new Amounts(cents, counts)
        : new Amounts(Arrays.copyOf(cents, size), Arrays.copyOf(counts, size));
  }

  /**
   * Returns these amounts with {@code amount} added {@code times} times, or retracted if {@code
   * times} is negative.
   */
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

  /** Returns the summary of the amounts that were added more often than they were retracted. */
  Summary summary() {
    Summary.Sum sum = new Summary.Sum();
    for (int i = 0; i < cents.length; i++) {
      if (counts[i] > 0) {
        sum.add(counts[i], counts[i] * cents[i], cents[i], cents[i]);
      }
    }
    return sum.summary();
  }

  /** Returns a longer copy of the array with a value at this index. */
  static long[] inserted(long[] array, int at, long value) {
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
