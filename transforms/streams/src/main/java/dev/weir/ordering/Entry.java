package dev.weir.ordering;

/**
 * An event or a deadline that waits for its turn.
 *
 * @param time the time of its turn, in epoch milliseconds
 * @param hold the earliest timestamp that an output of its turn can have, in epoch milliseconds
 * @param event null for a deadline
 * @param deadline null for an event
 * @param <E> an event
 */
record Entry<E>(long time, long hold, E event, String deadline) {

  static <E> Entry<E> event(E event, long time) {
    return new Entry<>(time, time, event, null);
  }

  static <E> Entry<E> deadline(String deadline, long time, long hold) {
    return new Entry<>(time, hold, null, deadline);
  }
}
