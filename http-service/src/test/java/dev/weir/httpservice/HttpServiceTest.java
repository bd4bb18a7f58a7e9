package dev.weir.httpservice;

import static dev.weir.httpservice.EchoService.PROMPT;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class HttpServiceTest {

  private static final String SECRET = "s3cret";
  private static final Duration HOUR = Duration.ofHours(1);

  private final EchoService service = EchoService.start(0);
  private final Client client = new Client(service.uri());

  @AfterEach
  void stop() {
    service.close();
  }

  // routes

  @Test
  void everyServiceReportsItsHealthAndListsItsRoutes() {
    HttpResponse<String> health = client.get("/health");

    assertThat(health.statusCode(), is(200));
    assertThat(health.headers().firstValue("Content-Type").get(), is("application/json"));
    assertThat(health.body(), is("{\"status\":\"UP\"}"));
    assertThat(
        service.routes(),
        contains(
            "GET /health", "GET /metrics", "GET /echo/:word", "POST /lengths", "POST /broken"));
  }

  @Test
  void anUnknownPathIsA404AndAWrongMethodA405() {
    assertThat(client.get("/").statusCode(), is(404));
    assertThat(client.get("/echo").statusCode(), is(404));
    assertThat(client.get("/").body(), is("{\"error\":\"there is nothing at this path\"}"));
    for (String path : List.of("/lengths", "/broken")) {
      assertThat(client.get(path).statusCode(), is(405));
      assertThat(client.get(path).headers().firstValue("Allow").get(), is("POST"));
    }
    assertThat(client.post("/health", "").statusCode(), is(405));
    assertThat(client.send("DELETE", "/echo/a", "").headers().firstValue("Allow").get(), is("GET"));
    assertThat(service.stats().requests(), is(0L));
  }

  @Test
  void aBodyOfMoreThanAMebibyteIsA413() {
    assertThat(client.post("/lengths", "1".repeat((1 << 20) + 1)).statusCode(), is(413));
    assertThat(client.post("/lengths", "1".repeat(1 << 20)).body(), is("1048576"));
  }

  @Test
  void theContentTypeOfABodyDoesNotMatter() throws Exception {
    try (Socket connection =
        client.write(
            "POST /lengths HTTP/1.1\r\nHost: echo\r\nContent-Length: 2\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n\r\nab")) {
      assertThat(firstLine(connection), is("HTTP/1.1 200 OK"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /%zz HTTP/1.1\r\nHost: echo\r\n\r\n", "nonsense\r\n\r\n"})
  void aMalformedRequestIsA400(String request) throws Exception {
    try (Socket connection = client.write(request)) {
      assertThat(firstLine(connection), containsString(" 400"));
    }
    assertThat(client.get("/health").statusCode(), is(200));
  }

  // listening

  @Test
  void aPortInUseIsReported() {
    var e = assertThrows(UncheckedIOException.class, () -> EchoService.start(service.port()));

    assertThat(
        e.getMessage(), startsWith("Cannot listen on 127.0.0.1:" + service.port() + ": Address"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void anInvalidPortIsRejected(int port) {
    var e = assertThrows(IllegalArgumentException.class, () -> EchoService.start(port));

    assertThat(e.getMessage(), startsWith("port must be between 0 and 65535"));
  }

  @Test
  void closingTwiceIsHarmlessAndFreesThePort() {
    int port = service.port();
    service.close();
    service.close();

    try (EchoService next = EchoService.start(port)) {
      assertThat(next.port(), is(port));
    }
  }

  @Test
  void aServiceOnEveryInterfaceIsReachableOnLoopback() {
    try (EchoService everywhere =
        EchoService.start(PROMPT, Listening.onLoopback(0).withHost("0.0.0.0"))) {
      assertThat(new Client(everywhere.uri()).get("/health").statusCode(), is(200));
    }
  }

  // faults

  @Test
  void theErrorRateIsTheShareOf503AndTheSameSeedRepeatsARun() {
    service.behave(PROMPT.withErrorRate(0.5).withSeed(7));
    List<Integer> once = statuses(50);
    service.behave(PROMPT.withErrorRate(0.5).withSeed(7));

    assertThat(statuses(50), is(once));
    long failures = once.stream().filter(status -> status == 503).count();
    assertThat(service.stats().answered(503), is(2 * failures));
    assertThat(service.stats().answered(200), is(100 - 2 * failures));
    assertThat(once.stream().distinct().sorted().toList(), is(List.of(200, 503)));
  }

  @Test
  void aHangingRequestIsInFlightUntilItsClientDisconnects() throws Exception {
    service.behave(PROMPT.withHangRate(1));

    theClientDisconnects("GET /echo/a HTTP/1.1\r\nHost: echo\r\n\r\n");
  }

  @Test
  void aDelayedRequestWhoseClientDisconnectsIsAbandoned() throws Exception {
    service.behave(PROMPT.withLatency(HOUR, HOUR));

    theClientDisconnects("GET /echo/a HTTP/1.1\r\nHost: echo\r\n\r\n");
  }

  @Test
  void aRequestWhoseClientDisconnectsWithinTheBodyIsAbandoned() throws Exception {
    theClientDisconnects("POST /lengths HTTP/1.1\r\nHost: echo\r\nContent-Length: 9\r\n\r\n1");
  }

  private void theClientDisconnects(String request) throws Exception {
    Socket first = client.write(request);
    Socket second = client.write(request);
    eventually(() -> service.stats().inFlight(), is(2L));
    first.close();
    eventually(() -> service.stats().inFlight(), is(1L));
    second.close();
    eventually(() -> service.stats().inFlight(), is(0L));

    assertThat(service.stats().answered().isEmpty(), is(true));
    assertThat(service.stats().abandoned(), is(2L));
    assertThat(service.stats().maxInFlight(), is(2L));
  }

  @Test
  void closingTheServiceEndsTheRequestsThatHang() throws Exception {
    service.behave(PROMPT.withHangRate(1));
    try (Socket hanging = client.write("GET /echo/a HTTP/1.1\r\nHost: echo\r\n\r\n")) {
      eventually(() -> service.stats().inFlight(), is(1L));

      service.close();

      assertThat(hanging.getInputStream().read(), is(-1));
    }
    assertThat(service.stats().inFlight(), is(0L));
  }

  @Test
  void aboveTheRateLimitTheAnswerIs429WithTheSecondsToWait() {
    service.behave(PROMPT.withRateLimit(1));

    assertThat(client.get("/echo/a").statusCode(), is(200));
    eventually(() -> statusAndWait(client.get("/echo/a")), is("429 1"));
    eventually(() -> client.get("/echo/a").statusCode(), is(200));
  }

  @Test
  void inAnOutageEveryRequestIsAnswered503AndAfterItNone() {
    Behaviour outage = PROMPT.withOutage(Duration.ZERO, HOUR);
    service.behave(outage);
    HttpResponse<String> answer = client.get("/echo/a");

    assertThat(answer.statusCode(), is(503));
    assertThat(answer.body(), is("{\"error\":\"the echo refuses to answer\"}"));
    assertThat(service.behave(PROMPT), is(outage));
    assertThat(client.get("/echo/a").statusCode(), is(200));
  }

  @Test
  void anOutageEndsByItself() {
    Behaviour outage = PROMPT.withOutage(Duration.ZERO, Duration.ofMillis(500));
    try (EchoService other = EchoService.start(outage, Listening.onLoopback(0))) {
      Client otherClient = new Client(other.uri());

      // On a slow machine it has ended before the first request.
      eventually(() -> otherClient.get("/echo/a").statusCode(), is(200));
    }
  }

  @Test
  void aRefusingServiceAnswersEveryRequestWithItsStatus() {
    service.behave(PROMPT.refusing(418));

    assertThat(statuses(3), is(List.of(418, 418, 418)));
  }

  @Test
  void faultsSpareHealthAndMetrics() {
    service.behave(
        PROMPT.withOutage(Duration.ZERO, HOUR).withHangRate(1).withRateLimit(1).refusing(500));

    for (int i = 0; i < 3; i++) {
      assertThat(client.get("/health").statusCode(), is(200));
      assertThat(client.get("/metrics").statusCode(), is(200));
    }
  }

  // stats and log

  @Test
  void theStatsCountRequestsQuestionsAndAnswers() {
    Duration latency = Duration.ofMillis(50);
    service.behave(PROMPT.withLatency(latency, latency));
    client.get("/echo/a");
    client.get("/echo/b");
    client.post("/lengths", "1".repeat((1 << 20) + 1));
    client.get("/health");

    ServiceStats stats = service.stats();
    assertThat(stats.requests(), is(3L));
    assertThat(stats.questions(), is(2L));
    assertThat(stats.inFlight(), is(0L));
    assertThat(stats.maxInFlight(), is(1L));
    assertThat(stats.answered(200), is(2L));
    assertThat(stats.answered(413), is(1L));
    assertThat(stats.answered(503), is(0L));
    assertThat(stats.latencyP50(), is(greaterThanOrEqualTo(latency)));
    assertThat(stats.latencyP99(), is(greaterThanOrEqualTo(stats.latencyP50())));
  }

  @Test
  void theLatenciesOfNoAnswersAreZero() {
    assertThat(service.stats().latencyP50(), is(Duration.ZERO));
    assertThat(service.stats().latencyP99(), is(Duration.ZERO));
  }

  @Test
  void everyRequestIsLoggedWithNothingOfItsOwn() throws Exception {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ours.addAppender(log);
    ours.setLevel(Level.TRACE);
    ours.setAdditive(false);
    try {
      client.get("/echo/" + SECRET);
      client.post("/lengths?" + SECRET, SECRET);
      client.send(SECRET, "/lengths", SECRET);
      client.get("/" + SECRET);
      assertThat(client.post("/broken", SECRET).body(), not(containsString(SECRET)));
      service.behave(PROMPT.withHangRate(1));
      Socket connection = client.write("GET /echo/" + SECRET + " HTTP/1.1\r\nHost: echo\r\n\r\n");
      eventually(() -> service.stats().inFlight(), is(1L));
      connection.close();
      eventually(() -> lines(log), hasSize(7));
    } finally {
      ours.detachAppender(log);
      ours.setLevel(null);
      ours.setAdditive(true);
    }

    assertThat(lines(log), everyItem(not(containsString(SECRET))));
    assertThat(
        lines(log).stream().filter(line -> line.startsWith("method=")).toList(),
        contains(
            matchesPattern("method=GET path=/echo/:word status=200 latency_ms=\\d+ entries=1"),
            matchesPattern("method=POST path=/lengths status=200 latency_ms=\\d+ entries=0"),
            matchesPattern("method=other path=/lengths status=405 latency_ms=\\d+ entries=0"),
            matchesPattern("method=GET path=other status=404 latency_ms=\\d+ entries=0"),
            matchesPattern("method=POST path=/broken status=500 latency_ms=\\d+ entries=0"),
            matchesPattern("method=GET path=/echo/:word status=none latency_ms=\\d+ entries=1")));
    assertThat(lines(log).get(4), is("A request failed: " + IllegalStateException.class.getName()));
  }

  private static List<String> lines(ListAppender<ILoggingEvent> log) {
    return List.copyOf(log.list).stream()
        .map(
            event ->
                event.getThrowableProxy() == null
                    ? event.getFormattedMessage()
                    : event.getFormattedMessage()
                        + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .toList();
  }

  private static String statusAndWait(HttpResponse<String> answer) {
    return answer.statusCode() + " " + answer.headers().firstValue("Retry-After").orElse("none");
  }

  private static String firstLine(Socket connection) throws Exception {
    return new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  private List<Integer> statuses(int requests) {
    return Stream.generate(() -> client.get("/echo/a").statusCode()).limit(requests).toList();
  }
}
