package dev.weir.ordering;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** Increments the counters of the rules, by name. */
final class Counters implements Consumer<String> {
  private final Map<String, Counter> counters = new HashMap<>();

  @Override
  public void accept(String name) {
    counters.computeIfAbsent(name, n -> Metrics.counter("weir", n)).inc();
  }
}
