package dev.weir.ordering;

import java.util.List;

/**
 * Where entries wait for their turn.
 *
 * @param <E> an event
 */
interface Waiting<E> {

  /** All before it has had its turn; {@link Long#MIN_VALUE} at first. Epoch milliseconds. */
  long reached();

  void reached(long time);

  void add(List<Entry<E>> entries);

  /** Takes all entries before a time, and perhaps others, in any order. */
  List<Entry<E>> take(long before);
}
