package dev.weir.httpservice;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Counts what happens. The event loop writes, any thread may read. */
final class Meter {

  private final LongSupplier sinceStart;
  private final RecentLatencies recent = new RecentLatencies();
  private final SortedMap<Outcome, Long> outcomes = new TreeMap<>();
  private final SortedMap<Integer, Long> answered = new TreeMap<>();
  private long requests;
  private long questions;
  private long inFlight;
  private long maxInFlight;
  private long abandoned;
  private long latencyCount;
  private long latencySum;

  /** A path and the status it answered. */
  record Outcome(String path, int status) implements Comparable<Outcome> {
    private static final Comparator<Outcome> ORDER =
        Comparator.comparing(Outcome::path).thenComparing(Outcome::status);

    @Override
    public int compareTo(Outcome other) {
      return ORDER.compare(this, other);
    }
  }

  /** Everything counted, as of one moment. */
  record Reading(
      ServiceStats stats,
      SortedMap<Outcome, Long> outcomes,
      long latencyCount,
      Duration latencies) {}

  /** A meter whose clock gives the nanoseconds since the start. */
  Meter(LongSupplier sinceStart) {
    this.sinceStart = sinceStart;
  }

  /** A request with questions came; it is in flight until it is answered or abandoned. */
  synchronized void arrived() {
    requests++;
    inFlight++;
    maxInFlight = Math.max(maxInFlight, inFlight);
  }

  /** A request asks this many questions. */
  synchronized void asked(int number) {
    questions += number;
  }

  /** A request with questions was answered after this many nanoseconds. */
  synchronized void answered(Outcome outcome, long latency) {
    inFlight--;
    answered.merge(outcome.status(), 1L, Long::sum);
    latencyCount++;
    latencySum += latency;
    recent.add(sinceStart.getAsLong(), latency);
    served(outcome);
  }

  /** The client of a request with questions went away before the answer. */
  synchronized void abandoned() {
    inFlight--;
    abandoned++;
  }

  /** A request of any other kind was answered. */
  synchronized void served(Outcome outcome) {
    outcomes.merge(outcome, 1L, Long::sum);
  }

  synchronized Reading read() {
    Histogram latencies = recent.at(sinceStart.getAsLong());
    ServiceStats stats =
        new ServiceStats(
            requests,
            questions,
            inFlight,
            maxInFlight,
            abandoned,
            answered,
            percentile(latencies, 50),
            percentile(latencies, 99));
    return new Reading(stats, new TreeMap<>(outcomes), latencyCount, Duration.ofNanos(latencySum));
  }

  private static Duration percentile(Histogram micros, double percent) {
    return Duration.of(micros.getValueAtPercentile(percent), ChronoUnit.MICROS);
  }
}
