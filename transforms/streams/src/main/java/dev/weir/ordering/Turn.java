package dev.weir.ordering;

/**
 * What an event or a deadline may do when it is its turn.
 *
 * @param <O> what comes out
 */
public interface Turn<O> {

  /**
   * Where in the order this is, epoch milliseconds of event time. An event's own time, or later
   * where it came too late for that.
   */
  long time();

  /** What the turns before have left. */
  Memory memory();

  /**
   * @param timestamp event time in epoch milliseconds, not after {@link #time()}
   */
  void emit(O output, long timestamp);

  /**
   * Sets a deadline. One that is past already is due at once, after the events of this instant.
   *
   * @param at event time, epoch milliseconds
   */
  void schedule(String deadline, long at);

  /**
   * Sets a deadline whose turn may still emit with an earlier timestamp: the stream's time is held
   * back that long.
   *
   * @param at event time, epoch milliseconds
   * @param earliest timestamp, epoch milliseconds
   */
  void schedule(String deadline, long at, long earliest);

  /**
   * Counts an outcome.
   *
   * @param name of the counter, one of a few
   */
  void count(String name);
}
