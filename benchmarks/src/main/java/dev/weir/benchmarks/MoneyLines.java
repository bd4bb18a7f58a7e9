package dev.weir.benchmarks;

import dev.weir.money.Stream;
import java.time.Duration;

/**
 * Events of users and their money in the order of their arrival; the same number always gives the
 * same event.
 */
interface MoneyLines {

  /** The maximum by which an event can be behind its place in event time. */
  Duration DISORDER = Duration.ofSeconds(20);

  /**
   * One event.
   *
   * @param json as it is in its topic
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Line(Stream stream, byte[] json) {}

  Line get(long n);

  /** Event {@code n} and all later ones are at or after the returned time minus the disorder. */
  long timeOf(long n);
}
