package dev.weir.httpservice;

import static dev.weir.httpservice.EchoService.PROMPT;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static final Pattern COMMENT =
      Pattern.compile("# (HELP \\w+ .+|TYPE \\w+ (counter|gauge|summary))");
  private static final Pattern SAMPLE =
      Pattern.compile("(\\w+(?:\\{\\w+=\"[^\"]*\"(?:,\\w+=\"[^\"]*\")*})?) (NaN|[0-9.E-]+)");

  private final EchoService service = EchoService.start(0);
  private final Client client = new Client(service.uri());
  private final Set<String> types = new TreeSet<>();

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theNamesLabelsAndTypesArePartOfTheInterface() {
    client.get("/echo/a");

    assertThat(
        metrics().keySet(),
        is(
            Set.of(
                "echo_requests_total{path=\"/echo/:word\",status=\"200\"}",
                "echo_requests_abandoned_total",
                "echo_questions_total",
                "echo_requests_in_flight",
                "echo_requests_in_flight_max",
                "echo_request_seconds{quantile=\"0.5\"}",
                "echo_request_seconds{quantile=\"0.99\"}",
                "echo_request_seconds_sum",
                "echo_request_seconds_count")));
    assertThat(
        types,
        is(
            Set.of(
                "echo_requests_total counter",
                "echo_requests_abandoned_total counter",
                "echo_questions_total counter",
                "echo_requests_in_flight gauge",
                "echo_requests_in_flight_max gauge",
                "echo_request_seconds summary")));
  }

  @Test
  void requestsAreCountedByPathAndStatus() {
    client.get("/echo/a");
    client.get("/echo/b");
    client.get("/lengths");
    client.get("/s3cret");
    client.get("/health");

    Map<String, Double> metrics = metrics();
    assertThat(metrics.get(requests("/echo/:word", 200)), is(2.0));
    assertThat(metrics.get(requests("/lengths", 405)), is(1.0));
    assertThat(metrics.get(requests("other", 404)), is(1.0));
    assertThat(metrics.get(requests("/health", 200)), is(1.0));
    assertThat(metrics.containsKey(requests("/metrics", 200)), is(false));
    assertThat(metrics().get(requests("/metrics", 200)), is(1.0));
    assertThat(metrics.get("echo_questions_total"), is(2.0));
  }

  @Test
  void latencyIsASummaryInSecondsOfTheAnsweredQuestions() {
    service.behave(PROMPT.withLatency(Duration.ofMillis(50), Duration.ofMillis(50)));
    client.get("/echo/a");
    client.get("/echo/a");
    client.get("/health");

    Map<String, Double> metrics = metrics();
    double sum = metrics.get("echo_request_seconds_sum");
    double p50 = metrics.get("echo_request_seconds{quantile=\"0.5\"}");
    double p99 = metrics.get("echo_request_seconds{quantile=\"0.99\"}");
    assertThat(metrics.get("echo_request_seconds_count"), is(2.0));
    assertThat(p50, is(greaterThanOrEqualTo(0.05)));
    assertThat(p50 + p99, is(closeTo(sum, 1e-9)));
  }

  @Test
  void theQuantilesOfNothingAreNotANumber() {
    assertThat(metrics().get("echo_request_seconds{quantile=\"0.99\"}"), is(Double.NaN));
  }

  @Test
  void aHangingRequestIsInFlightAndThenAbandoned() throws Exception {
    service.behave(PROMPT.withHangRate(1));
    Socket connection = client.write("GET /echo/a HTTP/1.1\r\nHost: echo\r\n\r\n");
    eventually(() -> metrics().get("echo_requests_in_flight"), is(1.0));
    connection.close();
    eventually(() -> metrics().get("echo_requests_in_flight"), is(0.0));

    assertThat(metrics().get("echo_requests_in_flight_max"), is(1.0));
    assertThat(metrics().get("echo_requests_abandoned_total"), is(1.0));
  }

  /** All samples; the types go to {@link #types}. Fails on a line that is not in the format. */
  private Map<String, Double> metrics() {
    var page = client.get("/metrics");
    assertThat(
        page.headers().firstValue("Content-Type").get(),
        is("text/plain; version=0.0.4; charset=utf-8"));
    Map<String, Double> samples = new HashMap<>();
    for (String line : page.body().split("\n")) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        samples.put(sample.group(1), Double.valueOf(sample.group(2)));
      } else {
        assertThat(line, COMMENT.matcher(line).matches(), is(true));
        if (line.startsWith("# TYPE ")) {
          types.add(line.substring("# TYPE ".length()));
        }
      }
    }
    return samples;
  }

  private static String requests(String path, int status) {
    return "echo_requests_total{path=\"" + path + "\",status=\"" + status + "\"}";
  }
}
