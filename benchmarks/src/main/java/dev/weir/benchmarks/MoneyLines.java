package dev.weir.benchmarks;

import dev.weir.money.Stream;
import java.time.Duration;

/**
 * What happens to users and their money, as it arrives: the same number is always the same event.
 */
interface MoneyLines {

  /** How far an event can be behind its place in event time, at most. */
  Duration DISORDER = Duration.ofSeconds(20);

  /**
   * One event.
   *
   * @param json as it is in its topic
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Line(Stream stream, byte[] json) {}

  Line get(long n);

  /** No event of this number or a later one is of before this time less the disorder. */
  long timeOf(long n);
}
