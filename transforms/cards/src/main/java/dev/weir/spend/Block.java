package dev.weir.spend;

/**
 * The summaries of adjacent panes, or of adjacent blocks of the level below. Immutable.
 *
 * @param present one bit for each place that is not empty
 * @param figures count, sum in cents, minimum and maximum of each such place, in the order of
 *     places; do not modify the array
 */
record Block(long present, long[] figures) {
  /** The base-2 logarithm of {@link #WIDTH}. */
  static final int BITS = 5;

  static final int WIDTH = 1 << BITS;
  static final Block EMPTY = new Block(0, new long[0]);
  private static final int FIGURES = 4;

  /** Returns the block with another summary in one of its places. */
  Block with(int place, Summary summary) {
    long bit = 1L << place;
    boolean was = (present & bit) != 0;
    boolean is = summary.count() != 0;
    int at = offset(place);
    int rest = was ? at + FIGURES : at;
    int next = is ? at + FIGURES : at;
    long[] changed = new long[figures.length - rest + next];
    System.arraycopy(figures, 0, changed, 0, at);
    System.arraycopy(figures, rest, changed, next, figures.length - rest);
    if (!is) {
      return new Block(present & ~bit, changed);
    }
    changed[at] = summary.count();
    changed[at + 1] = summary.cents();
    changed[at + 2] = summary.min();
    changed[at + 3] = summary.max();
    return new Block(present | bit, changed);
  }

  /** Adds the places from {@code from} (inclusive) to {@code until} (exclusive) to {@code sum}. */
  void addTo(Summary.Sum sum, int from, int until) {
    int end = until == Long.SIZE ? figures.length : offset(until);
    for (int i = offset(from); i < end; i += FIGURES) {
      sum.add(figures[i], figures[i + 1], figures[i + 2], figures[i + 3]);
    }
  }

  Summary summary() {
    Summary.Sum sum = new Summary.Sum();
    addTo(sum, 0, WIDTH);
    return sum.summary();
  }

  boolean isEmpty() {
    return present == 0;
  }

  private int offset(int place) {
    return FIGURES * Long.bitCount(present & ((1L << place) - 1));
  }
}
