package dev.weir.service;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** Counts the outcomes of questions to services. */
final class Outcomes {
  private static final Counter ANSWERED = Metrics.counter("weir", "service_answered");
  private static final Counter TIMEOUT = Metrics.counter("weir", "service_timeout");
  private static final Counter REJECTED = Metrics.counter("weir", "service_rejected");
  private static final Counter UNAVAILABLE = Metrics.counter("weir", "service_unavailable");

  private Outcomes() {}

  static void count(Answer<?> answer) {
    if (answer.isPresent()) {
      ANSWERED.inc();
      return;
    }
    switch (answer.missing()) {
      case TIMEOUT -> TIMEOUT.inc();
      case REJECTED -> REJECTED.inc();
      case UNAVAILABLE -> UNAVAILABLE.inc();
    }
  }
}
