package dev.weir.service;

import dev.weir.service.Answer.Missing;
import java.util.EnumMap;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Counts the outcomes of questions to services. They are added up before they are reported: a
 * counter looks itself up for each increment.
 */
final class Outcomes {
  private static final Counter ANSWERED = Metrics.counter("weir", "service_answered");
  private static final Map<Missing, Counter> MISSING =
      new EnumMap<>(
          Map.of(
              Missing.TIMEOUT, Metrics.counter("weir", "service_timeout"),
              Missing.REJECTED, Metrics.counter("weir", "service_rejected"),
              Missing.UNAVAILABLE, Metrics.counter("weir", "service_unavailable")));

  private long answered;
  private final Map<Missing, Long> missing = new EnumMap<>(Missing.class);

  void add(Answer<?> answer) {
    if (answer.isPresent()) {
      answered++;
    } else {
      missing.merge(answer.missing(), 1L, Long::sum);
    }
  }

  /** Reports what was added; only once, while the runner calls the step. */
  void report() {
    if (answered > 0) {
      ANSWERED.inc(answered);
    }
    missing.forEach((why, count) -> MISSING.get(why).inc(count));
  }
}
