package dev.weir.httpservice;

import java.time.Duration;
import java.util.Locale;

/** Writes a reading in the Prometheus text exposition format, version 0.0.4. */
final class MetricsPage {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder();

  private final Naming naming;

  private MetricsPage(Naming naming) {
    this.naming = naming;
  }

  static String of(Naming naming, Meter.Reading reading) {
    MetricsPage page = new MetricsPage(naming);
    page.write(reading);
    return page.text.toString();
  }

  private void write(Meter.Reading reading) {
    ServiceStats stats = reading.stats();
    family("_requests_total", "counter", "Requests answered, by path and status.");
    reading
        .outcomes()
        .forEach(
            (outcome, count) ->
                sample(
                    "_requests_total{path=\""
                        + outcome.path()
                        + "\",status=\""
                        + outcome.status()
                        + "\"}",
                    count));
    single(
        "_requests_abandoned_total",
        "counter",
        "Requests whose client went away before the answer.",
        stats.abandoned());
    single("_questions_total", "counter", naming.questions(), stats.questions());
    single(
        "_requests_in_flight",
        "gauge",
        "Requests neither answered nor abandoned.",
        stats.inFlight());
    single(
        "_requests_in_flight_max",
        "gauge",
        "The most requests that were ever in flight at once.",
        stats.maxInFlight());
    family(
        "_request_seconds", "summary", "Time to an answer; quantiles over the last half minute.");
    sample("_request_seconds{quantile=\"0.5\"}", recent(stats.latencyP50()));
    sample("_request_seconds{quantile=\"0.99\"}", recent(stats.latencyP99()));
    sample("_request_seconds_sum", seconds(reading.latencies()));
    sample("_request_seconds_count", reading.latencyCount());
  }

  private void single(String name, String type, String help, long value) {
    family(name, type, help);
    sample(name, value);
  }

  private void family(String name, String type, String help) {
    text.append("# HELP ")
        .append(naming.metrics())
        .append(name)
        .append(' ')
        .append(help)
        .append('\n');
    text.append("# TYPE ")
        .append(naming.metrics())
        .append(name)
        .append(' ')
        .append(type)
        .append('\n');
  }

  private void sample(String series, Object value) {
    text.append(naming.metrics()).append(series).append(' ').append(value).append('\n');
  }

  /** A quantile of nothing is not a number, as Prometheus' own clients say it. */
  private static String recent(Duration quantile) {
    return quantile.isZero() ? "NaN" : seconds(quantile);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.6f", duration.toNanos() / 1e9);
  }
}
