package dev.weir.scoring;

import static dev.weir.scoring.Questions.POLICY;
import static dev.weir.scoring.Questions.PROMPT;
import static dev.weir.scoring.Questions.TOKEN;
import static dev.weir.scoring.Questions.question;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.httpservice.Access;
import dev.weir.scoringservice.ScoringService;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceClient;
import dev.weir.testing.LogLines;
import dev.weir.testing.TinyServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a scoring service that listens on HTTP. */
class ScoringClientTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ScoringService service = Questions.service();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(service));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  // answers

  @ParameterizedTest
  @CsvSource({
    "1000.01, Paris, 0.7, AMOUNT_ANOMALY, HIGH",
    "1000.0, Paris, 0.3, HIGH_VALUE, MEDIUM",
    "1000.0, ONLINE, 0.5, ONLINE_HIGH_VALUE, MEDIUM",
    "500.01, ONLINE, 0.5, ONLINE_HIGH_VALUE, MEDIUM",
    "500.0, ONLINE, 0.1, NORMAL, LOW",
    "0.01, Paris, 0.1, NORMAL, LOW",
    "5000.0, ONLINE, 0.7, AMOUNT_ANOMALY, HIGH"
  })
  void aTransactionGetsItsScore(
      String amount, String location, double score, String category, String risk) {
    assertThat(
        ask(service.uri(), POLICY, question("t1", amount, location)),
        is(List.of(Answer.of(new FraudScore(score, category, risk)))));
  }

  @ParameterizedTest
  @CsvSource({
    "1000.00000000000000000001, AMOUNT_ANOMALY",
    "1E+3, HIGH_VALUE",
    "1E+1000000, AMOUNT_ANOMALY",
    "1000.000, HIGH_VALUE",
    "-1000.01, NORMAL"
  })
  void noAmountPassesThroughABinaryFraction(String amount, String category) {
    assertThat(
        ask(service.uri(), POLICY, question("t1", amount, null)).get(0).value().category(),
        is(category));
  }

  @Test
  void merchantAndLocationMayBeUnknown() {
    TransactionQuestion known = question("t1", "600", null);
    TransactionQuestion unknown =
        new TransactionQuestion(
            "t1", known.accountNumber(), known.amount(), null, null, known.txTime());

    assertThat(
        ask(service.uri(), POLICY, unknown),
        is(List.of(Answer.of(new FraudScore(0.3, "HIGH_VALUE", "MEDIUM")))));
  }

  @Test
  void everyQuestionOfABatchGetsItsOwnAnswer() {
    List<TransactionQuestion> questions =
        IntStream.range(0, 400)
            .mapToObj(i -> question("t" + i, List.of("5", "501", "1001").get(i % 3), "Paris"))
            .toList();
    List<FraudScore> scores =
        List.of(
            new FraudScore(0.1, "NORMAL", "LOW"),
            new FraudScore(0.3, "HIGH_VALUE", "MEDIUM"),
            new FraudScore(0.7, "AMOUNT_ANOMALY", "HIGH"));

    assertThat(
        ask(
            service.uri(),
            POLICY.withBatch(100).withLinger(HOUR),
            questions.toArray(TransactionQuestion[]::new)),
        is(IntStream.range(0, 400).mapToObj(i -> Answer.of(scores.get(i % 3))).toList()));
    assertThat(service.stats().requests(), is(4L));
    assertThat(service.stats().questions(), is(400L));
  }

  @Test
  void aRefusedQuestionIsRejectedAndTheOthersAreAnswered() {
    assertThat(
        ask(
            service.uri(),
            POLICY.withBatch(2).withLinger(HOUR),
            question(" ", "5", "Paris"),
            question("t2", "5", "Paris")),
        is(
            List.of(
                Answer.missing(Missing.REJECTED),
                Answer.of(new FraudScore(0.1, "NORMAL", "LOW")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'txn_id':'t1','fraud_score':1.01,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':-0.01,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':1e999,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':'0.1','fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':null,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':0.1,'risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':0.1,'fraud_category':' ','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':0.1,'fraud_category':'\\ud83d','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':0.1,'fraud_score':0.1,'fraud_category':'N','risk_level':'LOW'}",
        "{'txn_id':'t1','fraud_score':0.1,'fraud_category':'NORMAL','risk_level':7}",
        "{'txn_id':'t1','fraud_score':0.1,'fraud_category':'NORMAL','risk_level':''}",
        "{'txn_id':'t2','fraud_score':0.1,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "{'fraud_score':0.1,'fraud_category':'NORMAL','risk_level':'LOW'}",
        "7",
        "null"
      })
  void anInvalidPredictionIsDiscarded(String prediction) {
    String answer = "{\"predictions\":[" + prediction.replace('\'', '"') + "]}";

    assertThat(
        ask(serving(answer), POLICY.withBatch(1), question("t1", "5", "Paris")),
        is(List.of(Answer.missing(Missing.UNAVAILABLE))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"predictions\":{}}", "{\"predictions\":[]}", "<html>"})
  void anAnswerWithoutAPredictionPerQuestionAnswersNone(String answer) {
    assertThat(
        ask(serving(answer), POLICY.withBatch(1), question("t1", "5", "Paris")),
        is(List.of(Answer.missing(Missing.UNAVAILABLE))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fraud/api", "/fraud/api/"})
  void thePathOfTheAddressIsKept(String path) {
    TinyServer server = TinyServer.answering("{\"predictions\":[7]}");
    open.add(server);

    ask(URI.create(server.uri() + path), POLICY.withBatch(1), question("t1", "5", "Paris"));

    assertThat(server.requestLines(), is(List.of("POST /fraud/api/predict/batch HTTP/1.1")));
  }

  // the token

  @Test
  void aScorerWithoutABatchRouteIsAskedAboutEachTransaction() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    TinyServer server =
        TinyServer.onlyOn(
            "POST /predict",
            "404 Not Found",
            (body, out) -> {
              bodies.add(body);
              respond(out, body);
            });
    open.add(server);

    List<Answer<FraudScore>> answers =
        ask(
            server.uri(),
            POLICY.withBatch(4).withInFlight(1).withLinger(HOUR),
            question("t1", "5", "Paris"),
            question("t2", "0", "Paris"),
            new TransactionQuestion(
                "t3", "ACC1", new BigDecimal("7.00"), null, "Paris", Instant.EPOCH),
            question("t4", "600.50", "online"));

    assertThat(
        answers,
        is(
            List.of(
                Answer.of(new FraudScore(0.1, "NORMAL", "LOW")),
                Answer.missing(Missing.REJECTED),
                Answer.missing(Missing.REJECTED),
                Answer.of(new FraudScore(0.1, "NORMAL", "LOW")))));
    assertThat(
        bodies.get(3),
        is(
            "{\"txn_id\":\"t4\",\"account_number\":\"account-7\",\"amount\":600.50,\"merchant\":\"merchant-7\","
                + "\"location\":\"online\",\"tx_time\":\"2026-01-05T12:00:00Z\"}"));
    assertThat(server.requests(), is(5));
  }

  /** 422 for an amount that is not above 0 and for a null merchant, as FastAPI reports it. */
  private static void respond(OutputStream out, String body) throws IOException {
    JsonNode asked = new ObjectMapper().readTree(body);
    boolean taken =
        asked.get("amount").decimalValue().signum() > 0 && !asked.get("merchant").isNull();
    String answer =
        taken
            ? "{\"txn_id\":"
                + asked.get("txn_id")
                + ",\"fraud_score\":0.1,\"fraud_category\":\"NORMAL\",\"risk_level\":\"LOW\","
                + "\"inference_timestamp\":1704067200.123}"
            : "{\"detail\":[{\"type\":\"string_type\",\"loc\":[\"body\",\"merchant\"]}]}";
    TinyServer.write(
        out,
        TinyServer.head(taken ? "200 OK" : "422 Unprocessable Entity", answer.length()) + answer);
  }

  @Test
  void aWrongTokenIsAnOutageAndOneWarningThatNamesTheVariable() throws Exception {
    ScoringService other = ScoringService.start(PROMPT, Access.byToken(TOKEN + "x"), 0);
    open.add(other);

    try (LogLines log = LogLines.record()) {
      assertThat(
          ask(
              other.uri(),
              POLICY.withBatch(3).withLinger(HOUR).withAttempts(3),
              question("t1", "5", "Paris"),
              question("t2", "5", "Paris"),
              question("t3", "5", "Paris")),
          is(Collections.nCopies(3, Answer.missing(Missing.UNAVAILABLE))));
      assertThat(
          log.all().stream().filter(line -> line.contains(ScoringCalls.TOKEN)).toList(),
          contains(
              endsWith(
                  "service: the service at "
                      + other.uri()
                      + " answers 401: it rejects the token in SCORING_TOKEN; check the token")));
    }
    assertThat(other.stats().answered(401), is(3L));
    assertThat(other.stats().requests(), is(3L));
  }

  @Test
  void aScorerThatNeedsNoTokenAnswersToo() {
    ScoringService free = ScoringService.start(PROMPT, Access.open(), 0);
    open.add(free);

    assertThat(
        ask(free.uri(), POLICY, question("t1", "5", "Paris")),
        is(List.of(Answer.of(new FraudScore(0.1, "NORMAL", "LOW")))));
  }

  // outages

  @Test
  void aScorerThatFailsIsUnavailableAfterTheAttempts() {
    service.behave(PROMPT.withErrorRate(1));

    assertThat(
        ask(service.uri(), POLICY.withAttempts(3), question("t1", "5", "Paris")),
        is(List.of(Answer.missing(Missing.UNAVAILABLE))));
    assertThat(service.stats().answered(503), is(3L));
  }

  @Test
  void aMissingScorerIsUnavailable() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    assertThat(
        ask(URI.create("http://127.0.0.1:" + port), POLICY, question("t1", "5", "Paris")),
        is(List.of(Answer.missing(Missing.UNAVAILABLE))));
  }

  @Test
  void aScorerThatIsTooSlowIsATimeout() {
    service.behave(PROMPT.withLatency(Duration.ofSeconds(20), Duration.ofSeconds(20)));

    assertThat(
        ask(
            service.uri(),
            POLICY.withTimeout(Duration.ofMillis(100)).withAttempts(1),
            question("t1", "5", "Paris")),
        is(List.of(Answer.missing(Missing.TIMEOUT))));
  }

  // privacy

  @Test
  void neitherTokenNorQuestionIsEverLogged() throws Exception {
    ScoringService other = ScoringService.start(PROMPT, Access.byToken("x"), 0);
    open.add(other);
    TransactionQuestion question = question("t1", "5", "location-7");
    try (LogLines log = LogLines.record()) {
      ask(service.uri(), POLICY, question);
      ask(other.uri(), POLICY, question);
      ask(serving("<html>"), POLICY, question);
      service.behave(PROMPT.withErrorRate(1));
      ask(service.uri(), POLICY.withAttempts(12), question);

      assertThat(log.all().stream().anyMatch(line -> line.contains("CircuitBreaker")), is(true));
      assertThat(
          log.all().stream().filter(l -> l.contains(TOKEN) || l.contains("-7")).toList(),
          is(List.of()));
    }
    assertThat(question.toString(), not(containsString("-7")));
  }

  private URI serving(String answer) {
    TinyServer server = TinyServer.answering(answer);
    open.add(server);
    return server.uri();
  }

  private static List<Answer<FraudScore>> ask(
      URI scorer, ClientPolicy policy, TransactionQuestion... questions) {
    try (ServiceClient<TransactionQuestion, FraudScore> client =
        new ServiceClient<>(
            policy, new ScoringCalls.Opener(ServiceAddress.of(scorer)).open(policy))) {
      List<CompletableFuture<Answer<FraudScore>>> asked = new ArrayList<>();
      for (TransactionQuestion question : questions) {
        asked.add(client.ask(question));
      }
      return asked.stream().map(answer -> answer.orTimeout(5, TimeUnit.MINUTES).join()).toList();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
