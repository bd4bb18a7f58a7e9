package dev.weir.spend;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up panes that have passed, however many, by reading a few blocks: a block of the first level
 * holds what each of its panes adds up to, one of the next level what each of those blocks does. A
 * block tells the level above about itself only once all of its panes have passed, so that a new
 * pane is written into one block. Blocks that were read are kept for the time of one call, and
 * written back by {@link #flush}.
 */
final class PaneTree {
  /** Ids name a block by its level and its number; there are never that many levels. */
  private static final int LEVELS = 16;

  /** How many of the highest blocks a window may touch, about; a level more would cost more. */
  private static final int HIGHEST_TOUCHED = 4;

  private static final int LAST_PLACE = Block.WIDTH - 1;

  private final PaneStore store;
  private final int top;
  private final Map<Long, Block> read = new HashMap<>();
  private final Map<Long, Block> changed = new LinkedHashMap<>();

  /**
   * @param longest how many panes are ever asked for at once
   */
  PaneTree(PaneStore store, long longest) {
    this.store = store;
    int levels = 1;
    while (Math.scalb((double) HIGHEST_TOUCHED, Block.BITS * levels) < longest) {
      levels++;
    }
    top = levels;
  }

  /** The first pane after the block with this id. */
  static long endOf(long id) {
    int level = Math.floorMod(id, LEVELS);
    return end(level, Math.floorDiv(id, LEVELS));
  }

  /**
   * Replaces what a pane adds up to.
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
   * Completes the levels above for the blocks that hold a pane.
   *
   * @param pane the last one that anything was put into
   * @param from the first pane that had not passed when it was put
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

  /** What the panes from one until before another, all of which have passed, add up to. */
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

  /** Writes what was changed back. */
  void flush() {
    changed.forEach(store::keep);
    changed.clear();
  }

  /** Forgets what was read and changed. */
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
