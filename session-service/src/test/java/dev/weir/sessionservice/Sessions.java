package dev.weir.sessionservice;

import dev.weir.httpservice.Behaviour;
import java.time.Duration;
import java.util.stream.IntStream;

/** Behaviours and ids that tests start from. */
final class Sessions {

  /** A session with a country. */
  static final String KNOWN = first(true);

  /** A session that the service does not know. */
  static final String UNKNOWN = first(false);

  private Sessions() {}

  /** Healthy and without any delay. */
  static Behaviour prompt() {
    return taking(0);
  }

  /** Healthy, with every answer after this many milliseconds. */
  static Behaviour taking(long millis) {
    return SessionService.healthy()
        .withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  private static String first(boolean known) {
    return IntStream.range(0, 1000)
        .mapToObj(n -> "session-" + n)
        .filter(id -> Countries.of(id).isPresent() == known)
        .findFirst()
        .orElseThrow();
  }
}
