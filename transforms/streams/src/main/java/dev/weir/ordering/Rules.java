package dev.weir.ordering;

import java.io.Serializable;

/**
 * What is done with events that come in order. Two runs over the same events in the same order have
 * to do the same: a clock, or chance, has no place in it.
 *
 * @param <E> an event
 * @param <O> what comes out
 */
public interface Rules<E, O> extends Serializable {

  /** The entity whose order counts; events of different ones do not know of each other. */
  String entity(E event);

  /**
   * Orders events of one instant. Zero only for events that are the same in all that counts.
   *
   * @return as {@link java.util.Comparator} does
   */
  int compareAtOneInstant(E first, E second);

  /** Called for each event when it is its turn. */
  void next(E event, Turn<O> turn);

  /**
   * Called when time has passed a deadline: after all events up to it, before any later one.
   *
   * @param deadline as it was set
   */
  void due(String deadline, Turn<O> turn);
}
