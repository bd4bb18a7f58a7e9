package dev.weir.bureaumock;

import java.time.Duration;

/** Behaviours that tests start from. */
final class Bureaus {

  private Bureaus() {}

  /** Healthy and without any delay. */
  static BureauBehaviour prompt() {
    return taking(0);
  }

  /** Healthy, with every answer after this many milliseconds. */
  static BureauBehaviour taking(long millis) {
    return BureauBehaviour.healthy()
        .withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  static String asking(String ssn) {
    return "{\"ssn\":\"" + ssn + "\"}";
  }
}
