package dev.weir.ordering;

/**
 * What the rules can do during the turn of an event or a deadline.
 *
 * @param <O> an output
 */
public interface Turn<O> {

  /**
   * The position of this turn in the order, in epoch milliseconds of event time: an event's own
   * time, or later if the event was late.
   */
  long time();

  /** The records that earlier turns have stored. */
  Memory memory();

  /**
   * @param timestamp event time in epoch milliseconds, not after {@link #time()}
   */
  void emit(O output, long timestamp);

  /**
   * Sets a deadline. A deadline in the past is due at once, after the events of this instant.
   *
   * @param at event time, epoch milliseconds
   */
  void schedule(String deadline, long at);

  /**
   * Sets a deadline whose turn may still emit with an earlier timestamp: the output watermark is
   * held at that timestamp until then.
   *
   * @param at event time, epoch milliseconds
   * @param earliest timestamp of an output of that turn, epoch milliseconds
   */
  void schedule(String deadline, long at, long earliest);

  /**
   * Counts an outcome.
   *
   * @param name the name of the counter, one of a small fixed set
   */
  void count(String name);
}
