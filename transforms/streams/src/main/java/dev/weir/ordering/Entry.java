package dev.weir.ordering;

/**
 * An event, a deadline or a sweep that waits for its turn.
 *
 * @param time the time of its turn, in epoch milliseconds
 * @param hold the earliest timestamp that an output of its turn can have, in epoch milliseconds
 * @param event null if it is not an event
 * @param deadline null if it is not a deadline
 * @param page the page of memory that is swept; null if it is not a sweep
 * @param <E> an event
 */
record Entry<E>(long time, long hold, E event, String deadline, String page) {

  static <E> Entry<E> event(E event, long time) {
    return new Entry<>(time, time, event, null, null);
  }

  static <E> Entry<E> deadline(String deadline, long time, long hold) {
    return new Entry<>(time, hold, null, deadline, null);
  }

  static <E> Entry<E> sweep(String page, long time) {
    return new Entry<>(time, time, null, null, page);
  }
}
