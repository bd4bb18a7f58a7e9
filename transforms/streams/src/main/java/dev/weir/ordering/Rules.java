package dev.weir.ordering;

import java.io.Serializable;

/**
 * Defines how events in order are processed. Must be deterministic: two runs over the same events
 * in the same order must do the same, so rules use neither a clock nor randomness.
 *
 * @param <E> an event
 * @param <O> an output
 */
public interface Rules<E, O> extends Serializable {

  /** Returns the entity whose events are ordered; events of different entities are independent. */
  String entity(E event);

  /**
   * Compares events of one instant. Returns zero only for events that are the same in every
   * relevant respect.
   *
   * @return as {@link java.util.Comparator} does
   */
  int compareAtOneInstant(E first, E second);

  /** Called for each event when it has its turn. */
  void next(E event, Turn<O> turn);

  /**
   * Called when time has passed a deadline: after all events up to it, before any later one.
   *
   * @param deadline as it was set
   */
  void due(String deadline, Turn<O> turn);
}
