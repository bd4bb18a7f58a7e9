package dev.weir.ordering;

import java.util.List;

/**
 * Stores entries that wait for their turn.
 *
 * @param <E> an event
 */
interface Waiting<E> {

  /**
   * The time before which every entry has had its turn, in epoch milliseconds; {@link
   * Long#MIN_VALUE} at first.
   */
  long reached();

  void reached(long time);

  void add(List<Entry<E>> entries);

  /** Removes and returns all entries before a time, and possibly others, in any order. */
  List<Entry<E>> take(long before);
}
