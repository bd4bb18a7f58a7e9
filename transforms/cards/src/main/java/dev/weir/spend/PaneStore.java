package dev.weir.spend;

import java.util.ArrayList;
import java.util.List;

/** Where the panes and blocks of one account lie. What is read from it is never changed. */
interface PaneStore {

  /** The amounts of a pane; none where it holds nothing. */
  Amounts amounts(long pane);

  /** Replaces what a pane holds; without amounts the pane is gone. */
  void keep(long pane, Amounts changed);

  /** The numbers of all panes that hold something, as they are at this moment. */
  List<Long> panes();

  /** The block of an id; an empty one where there is none. */
  Block block(long id);

  /** Replaces a block; an empty one is gone. */
  void keep(long id, Block changed);

  /** The ids of all blocks, as they are at this moment. */
  List<Long> blocks();

  /** The numbers as they are now, for a store that changes while they are looked through. */
  static List<Long> copy(Iterable<Long> numbers) {
    List<Long> copy = new ArrayList<>();
    numbers.forEach(copy::add);
    return copy;
  }
}
