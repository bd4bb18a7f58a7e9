package dev.weir.bureau;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.bureaumock.Answers;
import dev.weir.bureaumock.BureauMock;
import dev.weir.bureaumock.Scores;
import dev.weir.httpservice.Behaviour;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceClient;
import dev.weir.testing.LogLines;
import dev.weir.testing.TinyServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a bureau that listens on HTTP, with all its faults. */
class BureauClientTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Behaviour PROMPT =
      BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withLinger(Duration.ofMillis(1))
          .withBackoff(Duration.ofMillis(5), Duration.ofSeconds(3));

  private final List<AutoCloseable> open = new ArrayList<>();
  private BureauMock bureau;
  private ServiceClient<Ssn, BureauScore> client;

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
  void everySsnGetsItsOwnScore() throws Exception {
    ask(PROMPT, POLICY.withBatch(50));

    List<CompletableFuture<Answer<BureauScore>>> answers = askAll(ssns(500));

    for (int i = 0; i < 500; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(Scores.of(ssns(500).get(i)))));
    }
    assertThat(bureau.stats().questions(), is(500L));
  }

  @Test
  void anSsnThatEndsInNineScores450() throws Exception {
    ask(PROMPT, POLICY);

    assertThat(answer(client.ask(Ssn.of("555-00-0009"))), is(Answer.of(450)));
  }

  @Test
  void equalSsnsInABatchAreAskedOnce() throws Exception {
    ask(PROMPT, POLICY.withBatch(30).withLinger(HOUR));

    List<CompletableFuture<Answer<BureauScore>>> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      answers.add(client.ask(Ssn.of("ssn " + i % 3)));
    }

    for (int i = 0; i < 30; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(Scores.of("ssn " + i % 3))));
    }
    assertThat(bureau.stats().requests(), is(1L));
    assertThat(bureau.stats().questions(), is(3L));
  }

  @Test
  void noMoreRequestsThanAllowedAreInFlight() throws Exception {
    ask(taking(20), POLICY.withInFlight(8).withBatch(1));

    askAll(ssns(100)).forEach(BureauClientTest::answer);

    assertThat(bureau.stats().maxInFlight(), is(lessThanOrEqualTo(8L)));
    assertThat(bureau.stats().requests(), is(100L));
  }

  @Test
  void batchesFill() throws Exception {
    ask(taking(20), POLICY.withInFlight(2).withBatch(50).withLinger(HOUR));

    askAll(ssns(1000)).forEach(BureauClientTest::answer);

    assertThat(bureau.stats().requests(), is(20L));
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    TinyServer server = TinyServer.answering("{\"scores\":[{\"score\":700}]}");
    ask(server, POLICY.withBatch(1).withInFlight(2));

    for (String ssn : ssns(50)) {
      assertThat(answer(client.ask(Ssn.of(ssn))), is(Answer.of(700)));
    }

    assertThat(server.requests(), is(50));
    assertThat(server.connections(), is(lessThanOrEqualTo(2)));
  }

  @Test
  void anAnswerWithoutAValidScoreIsNoScore() throws Exception {
    for (String entry :
        List.of(
            "{\"score\":299}",
            "{\"score\":851}",
            "{\"score\":-1}",
            "{\"score\":299.4}",
            "{\"score\":850.5}",
            "{\"score\":1e-999999999}",
            "{\"score\":1e999999999}",
            "{\"score\":\"700\"}",
            "{\"score\":null}",
            "{\"score\":12345678901}",
            "{}",
            "[]",
            "null",
            "700")) {
      ask(TinyServer.answering("{\"scores\":[" + entry + "]}"), POLICY);

      assertThat(entry, answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    }
  }

  @Test
  void aRefusedSsnIsRejectedAndTheOthersAreAnswered() throws Exception {
    ask(PROMPT, POLICY.withBatch(3).withLinger(HOUR));

    List<CompletableFuture<Answer<BureauScore>>> answers = askAll(List.of("a", " ", "b"));

    assertThat(answer(answers.get(0)), is(Answer.of(Scores.of("a"))));
    assertThat(answer(answers.get(1)), is(Answer.missing(Missing.REJECTED)));
    assertThat(answer(answers.get(2)), is(Answer.of(Scores.of("b"))));
    assertThat(bureau.stats().requests(), is(1L));
  }

  @ParameterizedTest
  @CsvSource({
    "512.0, 512, false",
    "5.12E+2, 512, false",
    "512.5, 513, true",
    "512.7, 513, true",
    "512.4999, 512, true",
    "299.5, 300, true",
    "850.4, 850, true",
    "700.5, 701, true"
  })
  void aScoreWithDecimalsIsRoundedHalfUp(String given, int points, boolean rounded)
      throws Exception {
    ask(TinyServer.answering("{\"scores\":[{\"score\":" + given + "}]}"), POLICY);

    assertThat(
        client.ask(Ssn.of("a")).orTimeout(5, TimeUnit.MINUTES).join(),
        is(Answer.of(new BureauScore(points, rounded))));
  }

  // a bureau that has one route only

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "405 Method Not Allowed"})
  void aBureauWithoutABatchRouteIsAskedOneByOneAndTheBatchRouteOnce(String status)
      throws Exception {
    TinyServer server =
        TinyServer.onlyOn("POST /v1/score", status, BureauClientTest::respondWithScore);
    ask(server, POLICY.withBatch(10).withInFlight(1).withLinger(HOUR));

    List<CompletableFuture<Answer<BureauScore>>> answers = askAll(ssns(40));

    for (int i = 0; i < 40; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(300 + i)));
    }
    assertThat(server.requests(), is(41));
    assertThat(Collections.frequency(server.requestLines(), "POST /v1/scores HTTP/1.1"), is(1));
  }

  @Test
  void equalQuestionsAreAskedOnceWithoutABatchRouteToo() throws Exception {
    TinyServer server =
        TinyServer.onlyOn("POST /v1/score", "404 Not Found", BureauClientTest::respondWithScore);
    ask(server, POLICY.withBatch(4).withInFlight(1).withLinger(HOUR));

    askAll(List.of("ssn 0007-", "ssn 0007-", "ssn 0008-", "ssn 0007-"))
        .forEach(BureauClientTest::answer);

    assertThat(server.requests(), is(3));
  }

  @Test
  void withoutABatchRouteAsManyRequestsAsAllowedAreInFlight() throws Exception {
    CountDownLatch allHere = new CountDownLatch(4);
    TinyServer server =
        TinyServer.onlyOn(
            "POST /v1/score",
            "404 Not Found",
            (body, out) -> {
              allHere.countDown();
              await(allHere);
              respondWithScore(body, out);
            });
    ask(server, POLICY.withBatch(8).withInFlight(4).withLinger(HOUR));

    // None of the first four is answered before the fourth is asked.
    askAll(ssns(8)).forEach(asked -> assertThat(answer(asked).isPresent(), is(true)));
    assertThat(server.connections(), is(lessThanOrEqualTo(5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "405 Method Not Allowed"})
  void aBureauWithNeitherRouteRejects(String status) throws Exception {
    TinyServer server = TinyServer.onlyOn("GET /health", status, (body, out) -> {});
    ask(server, POLICY.withBatch(4).withLinger(HOUR));

    for (CompletableFuture<Answer<BureauScore>> asked : askAll(List.of("a", "b", "c", "d"))) {
      assertThat(answer(asked), is(Answer.missing(Missing.REJECTED)));
    }
  }

  @Test
  void theSingleRouteRefusesAndFailsLikeTheBatchRoute() throws Exception {
    String refusal = "{\"detail\":[{\"type\":\"string_type\",\"loc\":[\"body\",\"ssn\"]}]}";
    AtomicInteger failures = new AtomicInteger();
    TinyServer server =
        TinyServer.onlyOn(
            "POST /v1/score",
            "404 Not Found",
            (body, out) -> {
              if (body.contains("0001")) {
                TinyServer.write(
                    out, TinyServer.head("422 Unprocessable Entity", refusal.length()) + refusal);
              } else if (body.contains("0002") && failures.getAndIncrement() == 0) {
                TinyServer.write(out, TinyServer.head("503 Service Unavailable", 2) + "{}");
              } else {
                respondWithScore(body, out);
              }
            });
    ask(server, POLICY.withBatch(4).withInFlight(1).withLinger(HOUR));

    List<CompletableFuture<Answer<BureauScore>>> answers = askAll(ssns(4));

    assertThat(answer(answers.get(0)), is(Answer.of(300)));
    assertThat(answer(answers.get(1)), is(Answer.missing(Missing.REJECTED)));
    assertThat(answer(answers.get(2)), is(Answer.of(302)));
    assertThat(answer(answers.get(3)), is(Answer.of(303)));
    assertThat(failures.get(), is(2));
  }

  /** 300 and the number in the ssn. */
  private static void respondWithScore(String body, OutputStream out) throws IOException {
    respond(out, "{\"score\":" + (300 + Integer.parseInt(body.replaceAll("\\D", ""))) + "}");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.MINUTES), is(true));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // faults

  @Test
  void aBureauThatHangsIsATimeout() throws Exception {
    ask(PROMPT.withHangRate(1), POLICY.withTimeout(Duration.ofMillis(500)).withAttempts(2));

    long began = System.nanoTime();

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.TIMEOUT)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(1000L)));
    assertThat(bureau.stats().requests(), is(lessThanOrEqualTo(2L)));
  }

  @Test
  void aBureauThatIsDownForAMomentIsAskedAgain() throws Exception {
    TinyServer server =
        TinyServer.refusingOnce("503 Service Unavailable", "{\"scores\":[{\"score\":700}]}");
    ask(server, POLICY.withAttempts(2));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.of(700)));
    assertThat(server.requests(), is(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 502, 503, 504, 505, 599})
  void aBureauThatStaysDownIsUnavailable(int status) throws Exception {
    ask(PROMPT.refusing(status), POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(bureau.stats().answered(status), is(3L));
  }

  @Test
  void aBureauThatThrottlesIsGivenTheTimeItWants() throws Exception {
    String json = "{\"scores\":[{\"score\":700}]}";
    TinyServer server = TinyServer.throttlingOnce("Retry-After: 1", json);
    ask(server, POLICY.withAttempts(3));

    long began = System.nanoTime();

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.of(700)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(1000L)));
    assertThat(server.requests(), is(2));
  }

  @Test
  void aBureauThatWantsMoreTimeThanThereIsIsGivenUp() throws Exception {
    TinyServer server = TinyServer.refusing("429 Too Many Requests", "Retry-After: 1");
    ask(server, POLICY.withAttempts(9).withBackoff(Duration.ofMillis(5), Duration.ofMillis(900)));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Retry-After: 3600",
        "Retry-After: 9223372036854775807",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
      })
  void aRetryAfterOfAnyFormIsUnderstood(String header) throws Exception {
    TinyServer server = TinyServer.refusing("429 Too Many Requests", header);
    ask(server, POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Retry-After: 0",
        "Retry-After: -5",
        "Retry-After: soon",
        "Retry-After: 99999999999999999999",
        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT",
        "X-Other: 1",
      })
  void anInvalidRetryAfterKeepsTheUsualWait(String header) throws Exception {
    TinyServer server = TinyServer.refusing("429 Too Many Requests", header);
    ask(server, POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(3));
  }

  @Test
  void anUnreachableBureauIsUnavailable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ask(URI.create("http://127.0.0.1:" + port), POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
  }

  @Test
  void aBureauThatClosesTheConnectionIsUnavailableAndAskedAgain() throws Exception {
    TinyServer server =
        TinyServer.doing(
            (body, out) -> {
              throw new IOException("hang up");
            });
    ask(server, POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(3));
  }

  @Test
  void aTruncatedAnswerIsUnavailable() throws Exception {
    TinyServer server =
        TinyServer.doing(
            (body, out) -> {
              TinyServer.write(out, TinyServer.head("200 OK", 100) + "{\"scores\":[");
              throw new IOException("hang up");
            });
    ask(server, POLICY.withAttempts(2));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
  }

  @Test
  void aMalformedAnswerIsUnavailableWithoutARetry() throws Exception {
    ask(PROMPT, POLICY.withAttempts(3));
    bureau.answer(Answers.GARBAGE);

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(bureau.stats().requests(), is(1L));
  }

  @Test
  void anAnswerOverAMegabyteIsNotReadToItsEnd() throws Exception {
    String json = "{\"scores\":[{\"score\":700}],\"more\":\"" + "x".repeat(2 << 20) + "\"}";
    TinyServer server = TinyServer.answering(json);
    ask(server, POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(1));
  }

  @Test
  void aRedirectIsATransientFailureAndNotFollowed() throws Exception {
    TinyServer server = TinyServer.refusing("302 Found", "Location: /elsewhere");
    ask(server, POLICY.withAttempts(3));

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(server.requests(), is(3));
  }

  @Test
  void anAnswerWithTooFewScoresIsDiscardedAndEachQuestionIsAskedAloneOnce() throws Exception {
    ask(PROMPT, POLICY.withBatch(3).withLinger(HOUR));
    bureau.answer(Answers.SHORT);

    for (CompletableFuture<Answer<BureauScore>> asked : askAll(List.of("a", "b", "c"))) {
      assertThat(answer(asked), is(Answer.missing(Missing.UNAVAILABLE)));
    }
    assertThat(bureau.stats().requests(), is(5L));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void anAnswerThatIsNotASingleJsonObjectIsDiscardedAndAffectsNoOther(byte[] nonsense)
      throws Exception {
    TinyServer server =
        TinyServer.doing(
            (body, out) -> {
              byte[] answer =
                  body.contains("bad") ? nonsense : scores(body).getBytes(StandardCharsets.UTF_8);
              TinyServer.write(out, TinyServer.head("200 OK", answer.length));
              out.write(answer);
              out.flush();
            });
    ask(server, POLICY.withBatch(4).withLinger(HOUR).withPatience(HOUR));

    List<CompletableFuture<Answer<BureauScore>>> answers = askAll(List.of("a", "b", "bad", "d"));

    assertThat(answer(answers.get(0)), is(Answer.of(700)));
    assertThat(answer(answers.get(1)), is(Answer.of(700)));
    assertThat(answer(answers.get(2)), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(answer(answers.get(3)), is(Answer.of(700)));
    assertThat(server.requests(), is(5));
  }

  static List<byte[]> nonsense() {
    List<byte[]> all = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "null",
            "true",
            "700",
            "[]",
            "{}",
            "<html>",
            "{\"scores\":[{\"score\":700}]",
            "{\"scores\":[{\"score\":700}]} and more",
            "{\"scores\":[{\"score\":700}]}{}",
            "{\"scores\":[{\"score\":700,\"score\":700}]}",
            "{\"scores\":[{\"score\":600}],\"scores\":[{\"score\":700}]}")) {
      all.add(text.getBytes(StandardCharsets.UTF_8));
    }
    String right = "{\"scores\":[{\"score\":700}],\"note\":\"x\"}";
    all.add(right.getBytes(StandardCharsets.UTF_16));
    all.add(right.getBytes(StandardCharsets.UTF_16LE));
    // An x in two bytes, half a surrogate pair, and a byte that begins nothing.
    for (String bytes : List.of("\u00c1\u00b8", "\u00ed\u00a0\u0080", "\u00ff")) {
      all.add(right.replace("x", bytes).getBytes(StandardCharsets.ISO_8859_1));
    }
    return all;
  }

  @Test
  void anAnswerWithoutABodyIsNotAnAnswer() throws Exception {
    for (String status : List.of("204 No Content", "205 Reset Content", "200 OK", "202 Accepted")) {
      TinyServer server = TinyServer.refusing(status);
      ask(server, POLICY.withPatience(HOUR));

      assertThat(status, answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
      assertThat(server.requests(), is(1));
    }
    TinyServer server =
        TinyServer.doing((body, out) -> TinyServer.write(out, "HTTP/1.1 204 No Content\r\n\r\n"));
    ask(server, POLICY.withPatience(HOUR));
    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.UNAVAILABLE)));
  }

  @Test
  void aByteOrderMarkIsAccepted() throws Exception {
    ask(TinyServer.doing((body, out) -> respond(out, "\ufeff" + scores(body))), POLICY);

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.of(700)));
  }

  // the address

  @ParameterizedTest
  @CsvSource({
    "'', /v1/scores",
    "/, /v1/scores",
    "/credit/api, /credit/api/v1/scores",
    "/credit/api/, /credit/api/v1/scores",
    "/credit/api//, /credit/api/v1/scores",
    "/a%2Fb/c%20d+e, /a%2Fb/c%20d+e/v1/scores",
  })
  void thePathOfTheAddressIsKept(String path, String asked) throws Exception {
    TinyServer server = TinyServer.answering("{\"scores\":[{\"score\":700}]}");
    open.add(server);
    ask(URI.create(server.uri() + path), POLICY);

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.of(700)));
    assertThat(server.requestLines(), is(List.of("POST " + asked + " HTTP/1.1")));
  }

  @Test
  void aBadRequestIsHalvedUntilEachQuestionIsAskedAlone() throws Exception {
    ask(PROMPT.refusing(400), POLICY.withBatch(4).withLinger(HOUR));

    for (CompletableFuture<Answer<BureauScore>> asked : askAll(List.of("a", "b", "c", "d"))) {
      assertThat(answer(asked), is(Answer.missing(Missing.REJECTED)));
    }
    assertThat(bureau.stats().answered(400), is(7L));
  }

  @ParameterizedTest
  @ValueSource(ints = {402, 410, 451})
  void aRefusalOfTheWholeRequestIsNotRetried(int status) throws Exception {
    ask(PROMPT.refusing(status), POLICY.withBatch(4).withLinger(HOUR));

    for (CompletableFuture<Answer<BureauScore>> asked : askAll(List.of("a", "b", "c", "d"))) {
      assertThat(answer(asked), is(Answer.missing(Missing.REJECTED)));
    }
    assertThat(bureau.stats().requests(), is(1L));
  }

  private static void respond(OutputStream out, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    TinyServer.write(out, TinyServer.head("200 OK", bytes.length) + json);
  }

  /** 700 for each ssn of a request. */
  private static String scores(String request) {
    int ssns = request.split(",").length;
    return "{\"scores\":[" + String.join(",", Collections.nCopies(ssns, "{\"score\":700}")) + "]}";
  }

  // drops

  @Test
  void aBodyThatDripsForEverIsATimeout() throws Exception {
    isATimeout(TinyServer.dripping(TinyServer.head("200 OK", 1 << 19), ' '));
  }

  @Test
  void aHeadThatDripsForEverIsATimeout() throws Exception {
    isATimeout(TinyServer.dripping("HTTP/1.1 200 OK\r\nX-Slow: ", 'x'));
  }

  @Test
  void headLinesThatDripForEverAreATimeout() throws Exception {
    isATimeout(TinyServer.dripping("HTTP/1.1 200 OK\r\nX-Slow: x", '\n'));
  }

  private void isATimeout(TinyServer server) throws InterruptedException {
    ask(server, POLICY.withTimeout(Duration.ofMillis(150)).withAttempts(1));

    long began = System.nanoTime();

    assertThat(answer(client.ask(Ssn.of("a"))), is(Answer.missing(Missing.TIMEOUT)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(150L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nX-Slow: ",
        "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n"
      })
  void requestsThatDripForEverDoNotUseUpTheSlots(String atOnce) throws Exception {
    ask(
        TinyServer.dripping(atOnce, ' '),
        POLICY.withInFlight(2).withBatch(1).withTimeout(Duration.ofMillis(100)).withAttempts(1));

    for (String ssn : ssns(6)) {
      assertThat(answer(client.ask(Ssn.of(ssn))), is(Answer.missing(Missing.TIMEOUT)));
    }
  }

  // the breaker

  @Test
  void aDetectedOutageCostsNoRequestsAndEndsWithTheService() throws Exception {
    ask(
        PROMPT.withHangRate(1),
        POLICY
            .withBatch(1)
            .withInFlight(10)
            .withTimeout(Duration.ofSeconds(2))
            .withAttempts(1)
            .withBreakerPause(HOUR));
    bureau.behave(PROMPT);
    eventually(() -> askNow("warm"), is(Answer.of(Scores.of("warm"))));
    bureau.behave(PROMPT.withHangRate(1));
    askAll(ssns(10)).forEach(BureauClientTest::answer);

    eventually(() -> askNow("a"), is(Answer.missing(Missing.UNAVAILABLE)));

    bureau.behave(PROMPT);
    // The first three show that it is over.
    for (String first : List.of("a", "b", "c")) {
      eventually(() -> askNow(first), is(Answer.of(Scores.of(first))));
    }
    for (String ssn : ssns(50)) {
      eventually(() -> askNow(ssn), is(Answer.of(Scores.of(ssn))));
    }
  }

  // privacy

  @Test
  void noFaultWritesAnSsnIntoTheLog() throws Exception {
    String ssn = "987-65-4321";
    List<Behaviour> behaviours =
        List.of(
            PROMPT,
            PROMPT.refusing(400),
            PROMPT.refusing(403),
            PROMPT.refusing(503),
            PROMPT.withHangRate(1));
    try (LogLines log = LogLines.record()) {
      for (Behaviour behaviour : behaviours) {
        // Short if no answer is expected; otherwise long enough for a slow machine to see the fault
        // itself.
        boolean hangs = behaviour.equals(PROMPT.withHangRate(1));
        ask(behaviour, POLICY.withTimeout(Duration.ofMillis(hangs ? 50 : 300_000)).withBatch(2));
        askOften(ssn);
      }
      for (Answers malformed : List.of(Answers.GARBAGE, Answers.SHORT)) {
        ask(PROMPT, POLICY.withBatch(2));
        bureau.answer(malformed);
        askOften(ssn);
      }
      assertThat(log.all().stream().anyMatch(line -> line.contains("CircuitBreaker")), is(true));
      assertThat(log.all().stream().filter(line -> line.contains(ssn)).toList(), is(List.of()));
    }
  }

  private void askOften(String ssn) throws InterruptedException {
    askAll(List.of(ssn, ssn + " ")).forEach(BureauClientTest::answer);
    for (int i = 0; i < 12; i++) {
      askNow(ssn);
    }
  }

  private void ask(Behaviour behaviour, ClientPolicy policy) {
    bureau = BureauMock.start(behaviour, 0);
    open.add(bureau);
    ask(bureau.uri(), policy);
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
        new ServiceClient<>(policy, new BureauCalls.Opener(ServiceAddress.of(uri)).open(policy));
  }

  private List<CompletableFuture<Answer<BureauScore>>> askAll(List<String> ssns)
      throws InterruptedException {
    List<CompletableFuture<Answer<BureauScore>>> answers = new ArrayList<>();
    for (String ssn : ssns) {
      answers.add(client.ask(Ssn.of(ssn)));
    }
    return answers;
  }

  private Answer<Integer> askNow(String ssn) {
    try {
      return answer(client.ask(Ssn.of(ssn)));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Behaviour taking(long millis) {
    return PROMPT.withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  private static List<String> ssns(int count) {
    return IntStream.range(0, count).mapToObj("ssn %04d-"::formatted).toList();
  }

  private static Answer<Integer> answer(CompletableFuture<Answer<BureauScore>> asked) {
    return asked.orTimeout(5, TimeUnit.MINUTES).join().map(BureauScore::points);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
