package dev.weir.spend;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sums up any number of panes that have passed by reading a few blocks. A block of the first level
 * holds the summaries of its panes; a block of a higher level holds the summaries of the blocks
 * below it. A block is added to the level above only once all of its panes have passed, so that a
 * new pane is written to one block only. Blocks are cached for the duration of one call; {@link
 * #flush} writes back the changed ones.
 */
final class PaneTree {
  /** A block id combines the block's level and number; levels are always below this limit. */
  private static final int LEVELS = 16;

  /** About how many of the highest blocks a window may read; another level would cost more. */
  private static final int HIGHEST_TOUCHED = 4;

  private static final int LAST_PLACE = Block.WIDTH - 1;

  private final PaneStore store;
  private final int top;
  private final Map<Long, Block> read = new HashMap<>();
  private final Map<Long, Block> changed = new LinkedHashMap<>();

  /**
   * @param longest the largest number of panes in one query
   */
  PaneTree(PaneStore store, long longest) {
    this.store = store;
    int levels = 1;
    while (Math.scalb((double) HIGHEST_TOUCHED, Block.BITS * levels) < longest) {
      levels++;
    }
    top = levels;
  }

  /** Returns the first pane after the block with this id. */
  static long endOf(long id) {
    int level = Math.floorMod(id, LEVELS);
    return end(level, Math.floorDiv(id, LEVELS));
  }

  /**
   * Replaces the summary of a pane.
   *
   * @param through the first pane that has not passed
   */
  void put(long pane, Summary summary, long through) {
    Summary put = summary;
    long number = pane;
    for (int level = 1; level <= top; level++) {
      long block = number >> Block.BITS;
      put = put(level, number, put);
      if (end(level, block) > through) {
        return;
      }
      number = block;
    }
  }

  /**
   * Adds the blocks that contain a pane to the levels above, if all of their panes have passed now
   * but had not before.
   *
   * @param pane the last pane that was put
   * @param from the first pane that had not passed when {@code pane} was put
   * @param to the first pane that has not passed now
   */
  void pass(long pane, long from, long to) {
    for (int level = 1; level < top; level++) {
      long block = pane >> (Block.BITS * level);
      if (end(level, block) > from && end(level, block) <= to) {
        put(level + 1, block, block(level, block).summary());
      }
    }
  }

  /**
   * Returns the sum of the panes from {@code from} (inclusive) to {@code until} (exclusive), all of
   * which must have passed.
   */
  Summary over(long from, long until) {
    Summary.Sum sum = new Summary.Sum();
    long low = from;
    long high = until;
    for (int level = 1; low < high; level++) {
      long first = low >> Block.BITS;
      long last = high >> Block.BITS;
      if (level == top || first == last) {
        for (long block = first; block <= (high - 1) >> Block.BITS; block++) {
          int begin = block == first ? (int) (low & LAST_PLACE) : 0;
          int end = block == last ? (int) (high & LAST_PLACE) : Block.WIDTH;
          block(level, block).addTo(sum, begin, end);
        }
        break;
      }
      if ((low & LAST_PLACE) != 0) {
        block(level, first).addTo(sum, (int) (low & LAST_PLACE), Block.WIDTH);
        first++;
      }
      if ((high & LAST_PLACE) != 0) {
        block(level, last).addTo(sum, 0, (int) (high & LAST_PLACE));
      }
      low = first;
      high = last;
    }
    return sum.summary();
  }

  /** Writes the changed blocks back to the store. */
  void flush() {
    changed.forEach(store::keep);
    changed.clear();
  }

  /** Discards all cached and changed blocks. */
  void clear() {
    read.clear();
    changed.clear();
  }

  private Summary put(int level, long number, Summary summary) {
    long block = number >> Block.BITS;
    Block now = block(level, block).with((int) (number & LAST_PLACE), summary);
    read.put(id(level, block), now);
    changed.put(id(level, block), now);
    return now.summary();
  }

  private Block block(int level, long number) {
    return read.computeIfAbsent(id(level, number), store::block);
  }

  private static long id(int level, long number) {
    return number * LEVELS + level;
  }

  private static long end(int level, long block) {
    return (block + 1) << (Block.BITS * level);
  }
}
