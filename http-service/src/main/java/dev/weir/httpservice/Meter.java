package dev.weir.httpservice;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts requests, questions and answers. The event loop writes; any thread may read. */
final class Meter {

  private static final PrometheusTextFormatWriter PAGE = PrometheusTextFormatWriter.create();
  private static final int RECENT_SECONDS = 30;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter served;
  private final Counter abandoned;
  private final Counter questions;
  private final Gauge inFlight;
  private final Gauge maxInFlight;
  private final Summary latency;

  /** Counts only requests with questions, unlike {@link #served}. */
  private final SortedMap<Integer, Long> answered = new TreeMap<>();

  private long requests;

  Meter(Naming naming) {
    String prefix = naming.metrics();
    served =
        Counter.builder()
            .name(prefix + "_requests_total")
            .help("Requests answered, by path and status.")
            .labelNames("path", "status")
            .withoutExemplars()
            .register(registry);
    abandoned =
        Counter.builder()
            .name(prefix + "_requests_abandoned_total")
            .help("Requests whose client disconnected before the answer.")
            .withoutExemplars()
            .register(registry);
    questions =
        Counter.builder()
            .name(prefix + "_questions_total")
            .help(naming.questions())
            .withoutExemplars()
            .register(registry);
    inFlight =
        Gauge.builder()
            .name(prefix + "_requests_in_flight")
            .help("Requests neither answered nor abandoned.")
            .withoutExemplars()
            .register(registry);
    maxInFlight =
        Gauge.builder()
            .name(prefix + "_requests_in_flight_max")
            .help("The highest number of requests that were in flight at once.")
            .withoutExemplars()
            .register(registry);
    latency =
        Summary.builder()
            .name(prefix + "_request_seconds")
            .help("Response time; quantiles over the last 30 seconds.")
            .quantile(0.5)
            .quantile(0.99, 0.001)
            .maxAgeSeconds(RECENT_SECONDS)
            .withoutExemplars()
            .register(registry);
  }

  /**
   * Records that a request with questions arrived; it is in flight until it is answered or
   * abandoned.
   */
  synchronized void arrived() {
    requests++;
    inFlight.inc();
    maxInFlight.set(Math.max(maxInFlight.get(), inFlight.get()));
  }

  /** Records how many questions a request asks. */
  void asked(int number) {
    questions.inc(number);
  }

  /** Records that a request with questions was answered after this many nanoseconds. */
  synchronized void answered(String path, int status, long nanos) {
    inFlight.dec();
    answered.merge(status, 1L, Long::sum);
    latency.observe(nanos / 1e9);
    served(path, status);
  }

  /** Records that the client of a request with questions disconnected before the answer. */
  synchronized void abandoned() {
    inFlight.dec();
    abandoned.inc();
  }

  /** Records that a request of any other kind was answered. */
  void served(String path, int status) {
    served.labelValues(path, Integer.toString(status)).inc();
  }

  synchronized ServiceStats stats() {
    Quantiles recent = latency.collect().getDataPoints().get(0).getQuantiles();
    return new ServiceStats(
        requests,
        questions.getLongValue(),
        (long) inFlight.get(),
        (long) maxInFlight.get(),
        abandoned.getLongValue(),
        answered,
        duration(recent.get(0).getValue()),
        duration(recent.get(1).getValue()));
  }

  static String contentType() {
    return PAGE.getContentType();
  }

  /** Returns all metrics in the Prometheus text exposition format. */
  String page() {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      PAGE.write(page, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the metrics", e);
    }
    return page.toString(StandardCharsets.UTF_8);
  }

  /** Returns zero if there are no observations. */
  private static Duration duration(double seconds) {
    return Double.isNaN(seconds) ? Duration.ZERO : Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
