package dev.weir.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * The counters of a job by step. Exact for a bounded run: counts of failed attempts are not
 * included.
 */
final class RunCounts {
  private final List<Count> counts;

  /**
   * One counter of one step.
   *
   * @param step its full name, such as {@code ParseWallet/Parse/ParseOrRefuse/…}
   */
  record Count(String step, String name, long value) {}

  RunCounts(List<Count> counts) {
    this.counts = List.copyOf(counts);
  }

  /** The counters of a job that has ended. */
  static RunCounts of(PipelineResult result) {
    List<Count> counts = new ArrayList<>();
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace("weir")).build())
            .getCounters()) {
      // Flink has only attempted counts, and drops those of failed attempts.
      Long committed = counter.getCommittedOrNull();
      counts.add(
          new Count(
              counter.getKey().stepName(),
              counter.getName().getName(),
              committed == null ? counter.getAttempted() : committed));
    }
    return new RunCounts(counts);
  }

  /** A counter's sum over all steps. */
  long sum(String name) {
    return sum(name, "");
  }

  /** A counter's sum over the steps whose names start with {@code step}. */
  long sum(String name, String step) {
    return counts.stream()
        .filter(count -> count.name().equals(name) && count.step().startsWith(step))
        .mapToLong(Count::value)
        .sum();
  }

  /**
   * The records of an input, including those rejected before its parser.
   *
   * @param input as in the names of its steps, such as {@code Wallet} of {@code ReadWallet}
   */
  long read(String input) {
    return sum("records_read", "Parse" + input + "/") + sum("dead_letters", "Read" + input + "/");
  }

  /** The records of an input that its reader or its parser rejected. */
  long refused(String input) {
    return sum("dead_letters", "Read" + input + "/") + sum("dead_letters", "Parse" + input + "/");
  }

  /**
   * The end of a summary: how many results lack the answer of a service.
   *
   * @param missing how many
   * @param result what one of them is called, such as {@code decision}
   * @param answer what they lack, such as {@code the bureau's answer}
   * @param none the text if none lacks it
   */
  String lacking(long missing, String result, String answer, String none) {
    if (missing == 0) {
      return none;
    }
    List<String> why = new ArrayList<>();
    addIfNotZero(why, sum("service_timeout"), "timed out");
    addIfNotZero(why, sum("service_rejected"), "rejected");
    addIfNotZero(why, sum("service_unavailable"), "unavailable");
    return counted(missing, result)
        + (missing == 1 ? " lacks " : " lack ")
        + answer
        + (why.isEmpty() ? "" : " (" + String.join(", ", why) + ")");
  }

  /** Adds a number and what it counts, unless it is 0. */
  static void addIfNotZero(List<String> parts, long number, String what) {
    if (number != 0) {
      parts.add(number(number) + " " + what);
    }
  }

  /** A number and what it counts, with an s unless it is 1. */
  static String counted(long number, String what) {
    return number(number) + " " + what + (number == 1 ? "" : "s");
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Every counter's sum, in the order of their names. */
  @Override
  public String toString() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach(count -> sums.merge(count.name(), count.value(), Long::sum));
    return sums.entrySet().stream()
        .map(sum -> sum.getKey() + " " + sum.getValue())
        .collect(Collectors.joining(", "));
  }
}
