package dev.weir.sessionservice;

import static dev.weir.sessionservice.Eventually.eventually;
import static dev.weir.sessionservice.Sessions.KNOWN;
import static dev.weir.sessionservice.Sessions.prompt;
import static dev.weir.sessionservice.Sessions.taking;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.httpservice.Behaviour;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionFaultsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String PATH = "/sessions/" + KNOWN;

  private final SessionService service = SessionService.start(prompt(), 0);
  private final Client client = Client.of(service);

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theErrorRateIsTheShareOfRequestsAnswered503() {
    service.behave(prompt().withErrorRate(0.3).withSeed(7));

    long failures = statuses(1000).stream().filter(status -> status == 503).count();

    assertThat(failures, is(allOf(greaterThan(250L), lessThan(350L))));
    assertThat(service.stats().answered(503), is(failures));
    assertThat(service.stats().answered(200), is(1000 - failures));
  }

  @Test
  void aRunWithTheSameSeedCanBeRepeated() {
    service.behave(prompt().withErrorRate(0.5).withSeed(7));
    List<Integer> once = statuses(100);
    service.behave(prompt().withErrorRate(0.5).withSeed(7));

    assertThat(statuses(100), is(once));
  }

  @Test
  void aHangingRequestIsInFlightUntilItsClientGoesAway() throws Exception {
    service.behave(prompt().withHangRate(1));

    try (RawConnection connection = new RawConnection(service).get(PATH);
        RawConnection another = new RawConnection(service).get(PATH)) {
      eventually(() -> service.stats().inFlight(), is(2L));
      connection.goAway();
      eventually(() -> service.stats().inFlight(), is(1L));
      another.goAway();
      eventually(() -> service.stats().inFlight(), is(0L));
    }

    assertThat(service.stats().answered().isEmpty(), is(true));
    assertThat(service.stats().abandoned(), is(2L));
  }

  @Test
  void aDelayedRequestWhoseClientGoesAwayIsAbandoned() throws Exception {
    service.behave(taking(HOUR.toMillis()));

    try (RawConnection connection = new RawConnection(service).get(PATH)) {
      eventually(() -> service.stats().inFlight(), is(1L));
      connection.goAway();
      eventually(() -> service.stats().inFlight(), is(0L));
    }

    assertThat(service.stats().abandoned(), is(1L));
  }

  @Test
  void closingTheServiceEndsTheRequestsThatHang() {
    service.behave(prompt().withHangRate(1));
    var hanging = client.getLater(PATH);
    eventually(() -> service.stats().inFlight(), is(1L));

    service.close();

    assertThrows(CompletionException.class, hanging::join);
    assertThat(service.stats().inFlight(), is(0L));
  }

  @Test
  void aboveTheRateLimitTheAnswerIs429WithTheSecondsToWait() {
    service.behave(prompt().withRateLimit(1));

    assertThat(client.get(PATH).statusCode(), is(200));
    eventually(() -> statusAndWait(client.get(PATH)), is("429 1"));
    eventually(() -> client.get(PATH).statusCode(), is(200));
  }

  @Test
  void inAnOutageEveryRequestIsAnswered503AndAfterItNone() {
    Behaviour outage = prompt().withOutage(Duration.ZERO, HOUR);
    service.behave(outage);

    HttpResponse<String> answer = client.get(PATH);
    assertThat(answer.statusCode(), is(503));
    assertThat(answer.body(), is("{\"error\":\"the session service refuses to answer\"}"));
    assertThat(service.behave(prompt()), is(outage));
    assertThat(client.get(PATH).statusCode(), is(200));
  }

  @Test
  void faultsSpareHealthAndMetrics() {
    service.behave(
        prompt().withOutage(Duration.ZERO, HOUR).withHangRate(1).withRateLimit(1).refusing(500));

    for (int i = 0; i < 3; i++) {
      assertThat(client.get("/health").statusCode(), is(200));
      assertThat(client.get("/metrics").statusCode(), is(200));
    }
  }

  private static String statusAndWait(HttpResponse<String> answer) {
    return answer.statusCode() + " " + answer.headers().firstValue("Retry-After").orElse("none");
  }

  private List<Integer> statuses(int requests) {
    return Stream.generate(() -> client.get(PATH).statusCode()).limit(requests).toList();
  }
}
