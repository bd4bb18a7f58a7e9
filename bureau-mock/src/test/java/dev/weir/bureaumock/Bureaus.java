package dev.weir.bureaumock;

import dev.weir.httpservice.Behaviour;
import java.time.Duration;

/** Behaviours that tests start from. */
final class Bureaus {

  private Bureaus() {}

  /** Healthy and without any delay. */
  static Behaviour prompt() {
    return taking(0);
  }

  /** Healthy, with every answer after this many milliseconds. */
  static Behaviour taking(long millis) {
    return BureauMock.healthy().withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  static String asking(String ssn) {
    return "{\"ssn\":\"" + ssn + "\"}";
  }
}
