package dev.weir.spend;

import java.util.ArrayList;
import java.util.List;

/**
 * Stores the panes and blocks of one account. Values that are read from the store are never
 * modified in place.
 */
interface PaneStore {

  /** Returns the amounts of a pane; {@link Amounts#NONE} if it has none. */
  Amounts amounts(long pane);

  /** Replaces the amounts of a pane; empty amounts remove the pane. */
  void keep(long pane, Amounts changed);

  /** Returns a copy of the numbers of all panes that hold amounts. */
  List<Long> panes();

  /** Returns the block with this id; {@link Block#EMPTY} if there is none. */
  Block block(long id);

  /** Replaces a block; an empty block is removed. */
  void keep(long id, Block changed);

  /** Returns a copy of the ids of all blocks. */
  List<Long> blocks();

  /** Copies the numbers, for a store that changes during the iteration. */
  static List<Long> copy(Iterable<Long> numbers) {
    List<Long> copy = new ArrayList<>();
    numbers.forEach(copy::add);
    return copy;
  }
}
