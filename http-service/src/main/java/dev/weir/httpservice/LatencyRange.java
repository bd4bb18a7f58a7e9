package dev.weir.httpservice;

import java.time.Duration;

/**
 * How long an answer takes: uniform between two times, both included, to the millisecond.
 *
 * @param min the shortest time, not negative
 * @param max the longest time, at most a day
 */
public record LatencyRange(Duration min, Duration max) {

  private static final Duration LONGEST = Duration.ofDays(1);

  public LatencyRange {
    check(!min.isNegative(), "minLatency must not be negative: " + min);
    check(min.compareTo(max) <= 0, "minLatency must not exceed maxLatency: " + min + " to " + max);
    check(max.compareTo(LONGEST) <= 0, "maxLatency must not exceed " + LONGEST + ": " + max);
  }

  /**
   * @param luck a random number from 0, inclusive, to 1, exclusive
   * @return a time in milliseconds
   */
  public long millis(double luck) {
    return min.toMillis() + (long) (luck * (max.toMillis() - min.toMillis() + 1));
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
