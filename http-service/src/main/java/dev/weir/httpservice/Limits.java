package dev.weir.httpservice;

import java.time.Duration;

/**
 * What one client may take from a service.
 *
 * @param idle how long a connection may stay open without a complete request: it limits the time
 *     between two requests, and the time in which the headers and the body of one must arrive. A
 *     request that waits for its answer is not idle.
 * @param connections the maximum number of open connections; further ones are closed at once
 */
public record Limits(Duration idle, int connections) {

  /** Maximum number of bytes in the body of a request. */
  static final int BODY = 1 << 20;

  /** Maximum number of bytes in the headers of a request. */
  static final int HEADERS = 8 << 10;

  /** Maximum number of bytes in the first line of a request. */
  static final int FIRST_LINE = 4 << 10;

  private static final Duration LONGEST_IDLE = Duration.ofDays(1);
  private static final int MOST_CONNECTIONS = 1_000_000;

  public Limits {
    if (idle.toMillis() < 1 || idle.compareTo(LONGEST_IDLE) > 0) {
      throw new IllegalArgumentException(
          "idleTimeout must be between 1ms and 1d, not " + idle.toMillis() + "ms");
    }
    if (connections < 1 || connections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "maxConnections must be between 1 and " + MOST_CONNECTIONS + ", not " + connections);
    }
  }

  /** One minute, and 10,000 connections. */
  public static Limits standard() {
    return new Limits(Duration.ofMinutes(1), 10_000);
  }

  public Limits withIdle(Duration longest) {
    return new Limits(longest, connections);
  }

  public Limits withConnections(int most) {
    return new Limits(idle, most);
  }
}
