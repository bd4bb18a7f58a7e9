package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.prompt;
import static dev.weir.bureaumock.Bureaus.taking;
import static dev.weir.bureaumock.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BureauMetricsTest {

  private static final Pattern COMMENT =
      Pattern.compile("# (HELP \\w+ .+|TYPE \\w+ (counter|gauge|summary))");
  private static final Pattern SAMPLE =
      Pattern.compile("(\\w+(?:\\{\\w+=\"[^\"]*\"(?:,\\w+=\"[^\"]*\")*})?) (NaN|[0-9.]+)");

  private final BureauMock bureau = BureauMock.start(prompt(), 0);
  private final Client client = Client.of(bureau);

  @AfterEach
  void stop() {
    bureau.close();
  }

  @Test
  void requestsAreCountedByPathAndStatus() {
    client.post("/v1/score", asking("1"));
    client.post("/v1/score", asking("2"));
    client.post("/v1/scores", "nonsense");
    client.get("/v1/score");
    client.get("/123-45-6789");
    client.get("/health");

    Map<String, Double> metrics = metrics();
    assertThat(metrics.get(requests("/v1/score", 200)), is(2.0));
    assertThat(metrics.get(requests("/v1/score", 405)), is(1.0));
    assertThat(metrics.get(requests("/v1/scores", 400)), is(1.0));
    assertThat(metrics.get(requests("other", 404)), is(1.0));
    assertThat(metrics.get(requests("/health", 200)), is(1.0));
    assertThat(metrics, not(hasKey(requests("/metrics", 200))));
    assertThat(metrics().get(requests("/metrics", 200)), is(1.0));
    assertThat(metrics.get("bureau_questions_total"), is(2.0));
  }

  @Test
  void latencyIsASummaryInSecondsOfTheAnsweredQuestions() {
    bureau.behave(taking(50));
    client.post("/v1/score", asking("1"));
    client.post("/v1/score", asking("1"));
    client.get("/health");

    Map<String, Double> metrics = metrics();
    double sum = metrics.get("bureau_request_seconds_sum");
    assertThat(metrics.get("bureau_request_seconds_count"), is(2.0));
    assertThat(sum, is(greaterThanOrEqualTo(0.1)));
    assertThat(
        metrics.get("bureau_request_seconds{quantile=\"0.5\"}"), is(greaterThanOrEqualTo(0.05)));
    assertThat(
        metrics.get("bureau_request_seconds{quantile=\"0.5\"}")
            + metrics.get("bureau_request_seconds{quantile=\"0.99\"}"),
        is(closeTo(sum, 0.001)));
  }

  @Test
  void theQuantilesOfNothingAreNotANumber() {
    assertThat(metrics().get("bureau_request_seconds{quantile=\"0.99\"}"), is(Double.NaN));
  }

  @Test
  void aHangingRequestIsInFlightAndThenAbandoned() throws Exception {
    bureau.behave(prompt().withHangRate(1));
    try (RawConnection connection = new RawConnection(bureau).ask("1")) {
      eventually(() -> metrics().get("bureau_requests_in_flight"), is(1.0));
      connection.goAway();
      eventually(() -> metrics().get("bureau_requests_in_flight"), is(0.0));
    }

    assertThat(metrics().get("bureau_requests_in_flight_max"), is(1.0));
    assertThat(metrics().get("bureau_requests_abandoned_total"), is(1.0));
  }

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
      }
    }
    return samples;
  }

  private static String requests(String path, int status) {
    return "bureau_requests_total{path=\"" + path + "\",status=\"" + status + "\"}";
  }
}
