package dev.weir.session;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.httpservice.Behaviour;
import dev.weir.money.SessionFacts;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceClient;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import dev.weir.testing.LogLines;
import dev.weir.testing.TinyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a session service that listens on HTTP, with all its faults. */
class SessionClientTest {
  private static final Behaviour PROMPT =
      SessionService.healthy().withLatency(Duration.ZERO, Duration.ZERO);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withBatch(1)
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withLinger(Duration.ofMillis(1))
          .withBackoff(Duration.ofMillis(5), Duration.ofSeconds(3));

  private final List<AutoCloseable> open = new ArrayList<>();
  private SessionService service;
  private ServiceClient<String, Optional<SessionFacts>> client;

  @AfterEach
  void close() throws Exception {
    if (client != null) {
      client.close();
    }
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  // answers

  @Test
  void everySessionGetsItsCountryAndAnUnknownOneNone() throws Exception {
    ask(PROMPT, POLICY);

    List<CompletableFuture<Answer<Optional<SessionFacts>>>> answers = askAll(ids(300));

    for (int i = 0; i < 300; i++) {
      assertThat(answer(answers.get(i)), is(byService(ids(300).get(i))));
    }
    assertThat(service.stats().requests(), is(300L));
    assertThat(
        service.stats().answered(404),
        is(ids(300).stream().filter(id -> Countries.of(id).isEmpty()).count()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b",
        "a/../b",
        "../health",
        "..%2Fhealth",
        "/health",
        "//",
        "%",
        "%2e%2e",
        "a%20b",
        "a b",
        "a+b",
        "a?b=c",
        "a#b",
        "a;b@c:d&e!",
        "http://127.0.0.1:1/",
        " ",
        "...",
        "..a",
        "é€😀",
        "\r\nHost: elsewhere",
        "\u0000",
        "\\",
        "\"{}|^`<>"
      })
  void anIdOfAnyCharactersIsAskedAsItIs(String id) throws Exception {
    ask(PROMPT, POLICY);

    assertThat(askNow(id), is(byService(id)));
    assertThat(service.stats().questions(), is(1L));
  }

  @Test
  void noIdReachesAnotherRoute() throws Exception {
    TinyServer server = TinyServer.answering("{\"clientCountryCode\":\"UY\"}");
    ask(server, POLICY);

    for (String id : List.of("s1", "../health", "a?b", "a#b", "\r\nX: y", "//elsewhere", "..a")) {
      assertThat(askNow(id), is(found("UY")));
    }

    assertThat(
        server.requestLines(),
        is(
            List.of(
                "GET /sessions/s1 HTTP/1.1",
                "GET /sessions/..%2Fhealth HTTP/1.1",
                "GET /sessions/a%3Fb HTTP/1.1",
                "GET /sessions/a%23b HTTP/1.1",
                "GET /sessions/%0D%0AX%3A%20y HTTP/1.1",
                "GET /sessions/%2F%2Felsewhere HTTP/1.1",
                "GET /sessions/..a HTTP/1.1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "half a character: \ud83d"})
  void anIdThatNoUrlCanContainIsRejectedWithoutARequest(String id) throws Exception {
    ask(PROMPT, POLICY);

    assertThat(askNow(id), is(missing(Missing.REJECTED)));
    assertThat(askNow("a".repeat(1_000_000)), is(missing(Missing.REJECTED)));
    assertThat(service.stats().requests(), is(0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"clientCountryCode\":null}",
        "{\"clientCountryCode\":7}",
        "{\"clientCountryCode\":{\"code\":\"UY\"}}",
        "{\"clientCountryCode\":[\"UY\"]}",
        "{\"session\":{\"clientCountryCode\":\"UY\"}}",
        "[{\"clientCountryCode\":\"UY\"}]",
        "\"UY\"",
        "null",
        "",
        "UY",
        "{\"clientCountryCode\":\"UY\"",
        "{\"clientCountryCode\":\"UY\"} and more",
        "{\"clientCountryCode\":\"AR\",\"clientCountryCode\":\"UY\"}",
        "<html>this is not JSON</html>"
      })
  void anAnswerWithoutACountryIsNotAnAnswerAndNotRetried(String body) throws Exception {
    TinyServer server = TinyServer.answering(body);
    ask(server, POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(1));
  }

  @Test
  void anAnswerWithoutABodyIsNotAnAnswer() throws Exception {
    TinyServer server = TinyServer.refusing("204 No Content");
    ask(server, POLICY.withPatience(Duration.ofHours(1)));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/wallet/api", "/wallet/api/"})
  void thePathOfTheAddressIsKept(String path) throws Exception {
    TinyServer server = TinyServer.answering("{\"clientCountryCode\":\"UY\"}");
    open.add(server);
    ask(URI.create(server.uri() + path), POLICY);

    assertThat(askNow("../s1"), is(found("UY")));
    assertThat(server.requestLines(), is(List.of("GET /wallet/api/sessions/..%2Fs1 HTTP/1.1")));
  }

  @Test
  void anAnswerMayContainMoreThanTheCountry() throws Exception {
    ask(TinyServer.answering("{\"id\":\"s1\",\"clientCountryCode\":\"UY\",\"x\":[1]}"), POLICY);

    assertThat(askNow("s1"), is(found("UY")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"error\":\"there is no such session\"}", "<html>not found</html>"})
  void a404MeansNoSessionWhateverItsBody(String body) throws Exception {
    TinyServer server = answering("404 Not Found", body);
    ask(server, POLICY.withInFlight(2));

    for (String id : ids(50)) {
      assertThat(askNow(id), is(Answer.of(Optional.empty())));
    }

    assertThat(server.requests(), is(50));
    // A session that is not there costs no connection.
    assertThat(server.connections(), is(lessThanOrEqualTo(2)));
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    TinyServer server = TinyServer.answering("{\"clientCountryCode\":\"UY\"}");
    ask(server, POLICY.withInFlight(2));

    for (String id : ids(50)) {
      assertThat(askNow(id), is(found("UY")));
    }

    assertThat(server.requests(), is(50));
    assertThat(server.connections(), is(lessThanOrEqualTo(2)));
  }

  @Test
  void noMoreRequestsThanAllowedAreInFlight() throws Exception {
    ask(taking(20), POLICY.withInFlight(8));

    askAll(ids(100)).forEach(SessionClientTest::answer);

    assertThat(service.stats().maxInFlight(), is(lessThanOrEqualTo(8L)));
    assertThat(service.stats().requests(), is(100L));
  }

  // faults

  @Test
  void aServiceThatHangsIsATimeout() throws Exception {
    ask(PROMPT.withHangRate(1), POLICY.withTimeout(Duration.ofMillis(500)).withAttempts(2));

    long began = System.nanoTime();

    assertThat(askNow("s1"), is(missing(Missing.TIMEOUT)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(1000L)));
    assertThat(service.stats().requests(), is(lessThanOrEqualTo(2L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 1000000\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nX-Slow: "
      })
  void aServiceThatDripsIsATimeoutAndItsConnectionIsBrokenOff(String atOnce) throws Exception {
    TinyServer server = TinyServer.dripping(atOnce, ' ');
    ask(server, POLICY.withInFlight(1).withTimeout(Duration.ofMillis(300)).withAttempts(1));

    assertThat(askNow("s1"), is(missing(Missing.TIMEOUT)));
    assertThat(askNow("s2"), is(missing(Missing.TIMEOUT)));
    // One aborted connection for each.
    eventually(server::connections, is(2));
  }

  @Test
  void aServiceThatIsDownForAMomentIsAskedAgain() throws Exception {
    TinyServer server =
        TinyServer.refusingOnce("503 Service Unavailable", "{\"clientCountryCode\":\"UY\"}");
    ask(server, POLICY.withAttempts(2));

    assertThat(askNow("s1"), is(found("UY")));
    assertThat(server.requests(), is(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 500, 501, 502, 503, 504, 505, 599})
  void aServiceThatStaysDownIsUnavailable(int status) throws Exception {
    ask(PROMPT.refusing(status), POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    assertThat(service.stats().answered(status), is(3L));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 410, 413, 414, 422})
  void aRefusalOtherThan404IsARejection(int status) throws Exception {
    ask(PROMPT.refusing(status), POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.REJECTED)));
    assertThat(service.stats().requests(), is(1L));
  }

  @Test
  void aServiceThatThrottlesIsGivenTheTimeItWants() throws Exception {
    String json = "{\"clientCountryCode\":\"UY\"}";
    TinyServer server = TinyServer.throttlingOnce("Retry-After: 1", json);
    ask(server, POLICY.withAttempts(3));

    long began = System.nanoTime();

    assertThat(askNow("s1"), is(found("UY")));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(1000L)));
    assertThat(server.requests(), is(2));
  }

  @Test
  void anUnreachableServiceIsUnavailable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ask(URI.create("http://127.0.0.1:" + port), POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
  }

  @Test
  void aServiceThatClosesTheConnectionIsUnavailableAndAskedAgain() throws Exception {
    TinyServer server =
        TinyServer.doing(
            (body, out) -> {
              throw new IOException("hang up");
            });
    ask(server, POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(3));
  }

  @Test
  void aTruncatedAnswerIsUnavailable() throws Exception {
    for (String status : List.of("200 OK", "404 Not Found")) {
      ask(
          TinyServer.doing(
              (body, out) -> {
                TinyServer.write(out, TinyServer.head(status, 100) + "{\"client");
                throw new IOException("hang up");
              }),
          POLICY.withAttempts(2));

      assertThat(status, askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    }
  }

  @Test
  void anAnswerOverAMegabyteIsNotReadToItsEnd() throws Exception {
    String json = "{\"clientCountryCode\":\"UY\",\"more\":\"" + "x".repeat(2 << 20) + "\"}";
    for (String status : List.of("200 OK", "404 Not Found")) {
      TinyServer server = answering(status, json);
      ask(server, POLICY.withAttempts(3));

      assertThat(status, askNow("s1"), is(missing(Missing.UNAVAILABLE)));
      assertThat(server.requests(), is(1));
    }
  }

  @Test
  void aRedirectIsATransientFailureAndNotFollowed() throws Exception {
    TinyServer server = TinyServer.refusing("302 Found", "Location: /elsewhere");
    ask(server, POLICY.withAttempts(3));

    assertThat(askNow("s1"), is(missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(3));
  }

  // privacy

  @Test
  void noFaultWritesASessionIdIntoTheLog() throws Exception {
    String id = "7c1f9a52-secret";
    try (LogLines log = LogLines.record()) {
      for (Behaviour behaviour :
          List.of(
              PROMPT,
              PROMPT.refusing(400),
              PROMPT.refusing(403),
              PROMPT.refusing(404),
              PROMPT.refusing(500),
              PROMPT.refusing(503),
              PROMPT.withHangRate(1))) {
        // Short if no answer is expected; otherwise long enough for a slow machine to see the fault
        // itself.
        boolean hangs = behaviour.equals(PROMPT.withHangRate(1));
        ask(behaviour, POLICY.withTimeout(Duration.ofMillis(hangs ? 50 : 300_000)));
        askNow(id + "\ud83d");
        for (int i = 0; i < 12; i++) {
          askNow(id);
        }
      }
      ask(TinyServer.answering("{\"" + id + "\":"), POLICY);
      askNow(id);
      assertThat(log.all().stream().anyMatch(line -> line.contains("CircuitBreaker")), is(true));
      assertThat(log.all().stream().filter(line -> line.contains("7c1f")).toList(), is(List.of()));
    }
  }

  @Test
  void aDetectedOutageCostsNoRequest() throws Exception {
    ask(
        PROMPT.refusing(503),
        POLICY.withAttempts(1).withInFlight(10).withBreakerPause(Duration.ofHours(1)));
    askAll(ids(10)).forEach(SessionClientTest::answer);

    List<Answer<Optional<SessionFacts>>> during =
        askAll(ids(10)).stream().map(SessionClientTest::answer).toList();
    assertThat(during, everyItem(is(missing(Missing.UNAVAILABLE))));
    assertThat(service.stats().requests(), is(10L));
  }

  @Test
  void anOutageEndsWithTheService() throws Exception {
    ask(
        PROMPT.refusing(503),
        POLICY.withAttempts(1).withInFlight(10).withBreakerPause(Duration.ofMillis(100)));
    askAll(ids(10)).forEach(SessionClientTest::answer);

    service.behave(PROMPT);
    for (String id : List.of("a", "b", "c")) {
      eventually(() -> askNow(id), is(byService(id)));
    }
    for (String id : ids(50)) {
      assertThat(askNow(id), is(byService(id)));
    }
  }

  private void ask(Behaviour behaviour, ClientPolicy policy) {
    service = SessionService.start(behaviour, 0);
    open.add(service);
    ask(service.uri(), policy);
  }

  private void ask(TinyServer server, ClientPolicy policy) {
    open.add(server);
    ask(server.uri(), policy);
  }

  private void ask(URI uri, ClientPolicy policy) {
    if (client != null) {
      client.close();
    }
    client =
        new ServiceClient<>(policy, new SessionCalls.Opener(ServiceAddress.of(uri)).open(policy));
  }

  private List<CompletableFuture<Answer<Optional<SessionFacts>>>> askAll(List<String> ids)
      throws InterruptedException {
    List<CompletableFuture<Answer<Optional<SessionFacts>>>> answers = new ArrayList<>();
    for (String id : ids) {
      answers.add(client.ask(id));
    }
    return answers;
  }

  private Answer<Optional<SessionFacts>> askNow(String id) {
    try {
      return answer(client.ask(id));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer<Optional<SessionFacts>> answer(
      CompletableFuture<Answer<Optional<SessionFacts>>> asked) {
    return asked.orTimeout(5, TimeUnit.MINUTES).join();
  }

  private static Answer<Optional<SessionFacts>> byService(String id) {
    return Answer.of(Countries.of(id).map(SessionFacts::new));
  }

  private static Answer<Optional<SessionFacts>> found(String country) {
    return Answer.of(Optional.of(new SessionFacts(country)));
  }

  private static Answer<Optional<SessionFacts>> missing(Missing why) {
    return Answer.missing(why);
  }

  /** Answers each request with this status and body and keeps the connection open. */
  private static TinyServer answering(String status, String body) {
    return TinyServer.doing(
        (request, out) -> TinyServer.write(out, TinyServer.head(status, body.length()) + body));
  }

  private static Behaviour taking(long millis) {
    return PROMPT.withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj("session %04d"::formatted).toList();
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
