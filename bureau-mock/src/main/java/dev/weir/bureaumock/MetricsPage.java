package dev.weir.bureaumock;

import java.time.Duration;
import java.util.Locale;

/** Writes a reading in the Prometheus text exposition format, version 0.0.4. */
final class MetricsPage {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder();

  private MetricsPage() {}

  static String of(Meter.Reading reading) {
    MetricsPage page = new MetricsPage();
    page.write(reading);
    return page.text.toString();
  }

  private void write(Meter.Reading reading) {
    BureauStats stats = reading.stats();
    family("bureau_requests_total", "counter", "Requests answered, by path and status.");
    reading
        .outcomes()
        .forEach(
            (outcome, count) ->
                sample(
                    "bureau_requests_total{path=\"%s\",status=\"%d\"}"
                        .formatted(outcome.path(), outcome.status()),
                    count));
    single(
        "bureau_requests_abandoned_total",
        "counter",
        "Requests whose client went away before the answer.",
        stats.abandoned());
    single(
        "bureau_questions_total", "counter", "Social security numbers asked.", stats.questions());
    single(
        "bureau_requests_in_flight",
        "gauge",
        "Requests neither answered nor abandoned.",
        stats.inFlight());
    single(
        "bureau_requests_in_flight_max",
        "gauge",
        "The most requests that were ever in flight at once.",
        stats.maxInFlight());
    family(
        "bureau_request_seconds",
        "summary",
        "Time to an answer; quantiles over the last half minute.");
    sample("bureau_request_seconds{quantile=\"0.5\"}", recent(stats.latencyP50()));
    sample("bureau_request_seconds{quantile=\"0.99\"}", recent(stats.latencyP99()));
    sample("bureau_request_seconds_sum", seconds(reading.latencies()));
    sample("bureau_request_seconds_count", reading.latencyCount());
  }

  private void single(String name, String type, String help, long value) {
    family(name, type, help);
    sample(name, value);
  }

  private void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void sample(String series, Object value) {
    text.append(series).append(' ').append(value).append('\n');
  }

  /** A quantile of nothing is not a number, as Prometheus' own clients say it. */
  private static String recent(Duration quantile) {
    return quantile.isZero() ? "NaN" : seconds(quantile);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.6f", duration.toNanos() / 1e9);
  }
}
