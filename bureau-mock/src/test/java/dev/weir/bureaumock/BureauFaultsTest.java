package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.prompt;
import static dev.weir.bureaumock.Bureaus.taking;
import static dev.weir.bureaumock.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.httpservice.ServiceStats;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BureauFaultsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final BureauMock bureau = BureauMock.start(prompt(), 0);
  private final Client client = Client.of(bureau);

  @AfterEach
  void stop() {
    bureau.close();
  }

  @Test
  void theErrorRateIsTheShareOfRequestsAnswered503() {
    bureau.behave(prompt().withErrorRate(0.3).withSeed(7));

    long failures = statuses(1000).stream().filter(status -> status == 503).count();

    assertThat(failures, is(allOf(greaterThan(250L), lessThan(350L))));
    assertThat(bureau.stats().answered(503), is(failures));
    assertThat(bureau.stats().answered(200), is(1000 - failures));
  }

  @Test
  void aRunWithTheSameSeedCanBeRepeated() {
    bureau.behave(prompt().withErrorRate(0.5).withSeed(7));
    List<Integer> once = statuses(100);
    bureau.behave(prompt().withErrorRate(0.5).withSeed(7));

    assertThat(statuses(100), is(once));
  }

  @Test
  void aHangingRequestIsInFlightUntilItsClientGoesAway() throws Exception {
    bureau.behave(prompt().withHangRate(1));

    try (RawConnection connection = new RawConnection(bureau).ask("1");
        RawConnection another = new RawConnection(bureau).ask("2")) {
      eventually(() -> bureau.stats().inFlight(), is(2L));
      connection.goAway();
      eventually(() -> bureau.stats().inFlight(), is(1L));
      another.goAway();
      eventually(() -> bureau.stats().inFlight(), is(0L));
    }

    ServiceStats stats = bureau.stats();
    assertThat(stats.answered().isEmpty(), is(true));
    assertThat(stats.abandoned(), is(2L));
    assertThat(stats.maxInFlight(), is(2L));
  }

  @Test
  void aDelayedRequestWhoseClientGoesAwayIsAbandoned() throws Exception {
    bureau.behave(taking(HOUR.toMillis()));

    try (RawConnection connection = new RawConnection(bureau).ask("1")) {
      eventually(() -> bureau.stats().inFlight(), is(1L));
      connection.goAway();
      eventually(() -> bureau.stats().inFlight(), is(0L));
    }

    assertThat(bureau.stats().abandoned(), is(1L));
  }

  @Test
  void aClientThatGoesAwayWithinItsQuestionLeavesNothingInFlight() throws Exception {
    try (RawConnection connection = new RawConnection(bureau).post(100, "{\"ssn\":")) {
      eventually(() -> bureau.stats().inFlight(), is(1L));
      connection.goAway();
      eventually(() -> bureau.stats().inFlight(), is(0L));
    }

    assertThat(bureau.stats().abandoned(), is(1L));
  }

  @Test
  void closingTheBureauEndsTheRequestsThatHang() {
    bureau.behave(prompt().withHangRate(1));
    var hanging = client.postLater("/v1/score", asking("1"));
    eventually(() -> bureau.stats().inFlight(), is(1L));

    bureau.close();

    assertThrows(CompletionException.class, hanging::join);
    assertThat(bureau.stats().inFlight(), is(0L));
  }

  @Test
  void aboveTheRateLimitTheAnswerIs429WithTheSecondsToWait() {
    bureau.behave(prompt().withRateLimit(1));

    assertThat(client.post("/v1/score", asking("1")).statusCode(), is(200));
    eventually(() -> statusAndWait(client.post("/v1/score", asking("1"))), is("429 1"));
    eventually(() -> client.post("/v1/score", asking("1")).statusCode(), is(200));
  }

  @Test
  void inAnOutageEveryRequestIsAnswered503AndAfterItNone() {
    bureau.behave(prompt().withOutage(Duration.ZERO, HOUR));
    assertThat(client.post("/v1/score", asking("1")).statusCode(), is(503));
    assertThat(client.post("/v1/scores", "nonsense").statusCode(), is(503));

    BureauBehaviour before = bureau.behave(prompt());

    assertThat(before, is(prompt().withOutage(Duration.ZERO, HOUR)));
    assertThat(client.post("/v1/score", asking("1")).statusCode(), is(200));
  }

  @Test
  void anOutageEndsByItself() {
    try (BureauMock other =
        BureauMock.start(prompt().withOutage(Duration.ZERO, Duration.ofSeconds(1)), 0)) {
      Client otherClient = Client.of(other);

      // Where the machine is slow it has ended before anybody asks.
      eventually(() -> otherClient.post("/v1/score", asking("1")).statusCode(), is(200));
    }
  }

  @Test
  void faultsSpareHealthAndMetrics() {
    bureau.behave(
        prompt().withOutage(Duration.ZERO, HOUR).withHangRate(1).withRateLimit(1).refusing(500));

    for (int i = 0; i < 3; i++) {
      assertThat(client.get("/health").statusCode(), is(200));
      assertThat(client.get("/metrics").statusCode(), is(200));
    }
  }

  @Test
  void garbageIsA200ThatIsNotJson() {
    bureau.behave(prompt().garbage());

    HttpResponse<String> answer = client.post("/v1/score", asking("1"));

    assertThat(answer.statusCode(), is(200));
    assertThrows(DecodeException.class, () -> new JsonObject(answer.body()));
  }

  @Test
  void aShortAnswerLacksItsLastEntry() {
    bureau.behave(prompt().shortAnswers());

    assertThat(
        client.post("/v1/scores", "{\"ssns\":[\"19\",\"29\",\"3\"]}").body(),
        is("{\"scores\":[{\"score\":450},{\"score\":450}]}"));
    assertThat(client.post("/v1/score", asking("9")).body(), is("{\"score\":450}"));
  }

  @Test
  void aRefusingBureauAnswersEveryRequestWithItsStatus() {
    bureau.behave(prompt().refusing(400));

    HttpResponse<String> answer = client.post("/v1/score", asking("1"));

    assertThat(answer.statusCode(), is(400));
    assertThat(new JsonObject(answer.body()).fieldNames(), is(Set.of("error")));
  }

  private static String statusAndWait(HttpResponse<String> answer) {
    return answer.statusCode() + " " + answer.headers().firstValue("Retry-After").orElse("none");
  }

  private List<Integer> statuses(int requests) {
    return Stream.generate(() -> client.post("/v1/score", asking("1")).statusCode())
        .limit(requests)
        .toList();
  }
}
