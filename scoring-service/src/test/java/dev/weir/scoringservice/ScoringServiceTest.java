package dev.weir.scoringservice;

import static dev.weir.scoringservice.Scorers.batch;
import static dev.weir.scoringservice.Scorers.prompt;
import static dev.weir.scoringservice.Scorers.read;
import static dev.weir.scoringservice.Scorers.taking;
import static dev.weir.scoringservice.Scorers.transaction;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.ServiceStats;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringServiceTest {

  private final ScoringService service = Scorers.start(prompt());
  private final Client client = Client.of(service);

  @AfterEach
  void stop() {
    service.close();
  }

  // scores

  @ParameterizedTest
  @CsvFileSource(resources = "scores.csv", numLinesToSkip = 1)
  void aTransactionGetsItsScoreWhetherItsAmountIsANumberOrAString(
      String amount, String location, String score, String category, String risk) {
    ObjectNode asNumber = transaction("t1", amount, location);
    ObjectNode asString = asNumber.deepCopy().put("amount", amount);

    for (ObjectNode question : List.of(asNumber, asString)) {
      Instant before = Instant.now().minusMillis(1);
      HttpResponse<String> answer = client.post("/predict", question.toString());

      assertThat(answer.statusCode(), is(200));
      assertThat(answer.headers().firstValue("Content-Type").get(), is("application/json"));
      ObjectNode prediction = (ObjectNode) read(answer.body());
      Instant time = Instant.parse(prediction.remove("inference_timestamp").textValue());
      assertThat(time.isBefore(before) || time.isAfter(Instant.now()), is(false));
      assertThat(
          prediction.toString(),
          is(
              "{\"txn_id\":\"t1\",\"fraud_score\":%s,\"fraud_category\":\"%s\",\"risk_level\":\"%s\"}"
                  .formatted(score, category, risk)));
    }
  }

  @Test
  void amountsAreComparedExactly() {
    String question =
        transaction("t1", "1", "Paris")
            .toString()
            .replace("\"amount\":1", "\"amount\":1000.00000000000000000001");

    assertThat(
        read(client.post("/predict", question).body()).path("fraud_category").textValue(),
        is("AMOUNT_ANOMALY"));
  }

  @Test
  void merchantAndLocationMayBeNull() {
    ObjectNode question = transaction("t1", "600", null).putNull("merchant");

    assertThat(
        read(client.post("/predict", question.toString()).body())
            .path("fraud_category")
            .textValue(),
        is("HIGH_VALUE"));
  }

  @Test
  void aBatchIsAnsweredInItsOrderWithAnErrorForEachElementThatIsNotATransaction() {
    List<JsonNode> questions = new ArrayList<>();
    questions.add(transaction("t1", "5000", "Paris"));
    questions.add(transaction("t2", "600", "ONLINE").putNull("amount"));
    questions.add(JsonNodeFactory.instance.textNode("t3"));
    questions.add(transaction("t4", "600", "ONLINE"));
    questions.add(transaction(" ", "600", "ONLINE"));
    questions.add(transaction("t1", "5", "Paris"));

    HttpResponse<String> answer = client.post("/predict/batch", batch(questions));

    assertThat(answer.statusCode(), is(200));
    JsonNode predictions = read(answer.body()).get("predictions");
    predictions.forEach(p -> ((ObjectNode) p).remove("inference_timestamp"));
    assertThat(
        predictions.toString(),
        is(
            "[{\"txn_id\":\"t1\",\"fraud_score\":0.7,\"fraud_category\":\"AMOUNT_ANOMALY\","
                + "\"risk_level\":\"HIGH\"},"
                + "{\"txn_id\":\"t2\",\"error\":\"\\\"amount\\\" must be a number or a string that"
                + " holds a decimal one\"},"
                + "{\"error\":\"a transaction must be a JSON object\"},"
                + "{\"txn_id\":\"t4\",\"fraud_score\":0.5,\"fraud_category\":"
                + "\"ONLINE_HIGH_VALUE\",\"risk_level\":\"MEDIUM\"},"
                + "{\"error\":\"\\\"txn_id\\\" must be a non-blank string\"},"
                + "{\"txn_id\":\"t1\",\"fraud_score\":0.1,\"fraud_category\":\"NORMAL\","
                + "\"risk_level\":\"LOW\"}]"));
    assertThat(service.stats().questions(), is(6L));
  }

  // errors

  @ParameterizedTest
  @MethodSource
  void anUnreadableBodyIsA400WhoseReasonRepeatsNoneOfIt(String path, String body, String reason) {
    HttpResponse<String> answer = client.post(path, body);

    assertThat(answer.statusCode(), is(400));
    assertThat(read(answer.body()).path("error").textValue(), containsString(reason));
    assertThat(answer.body(), not(containsString("777")));
  }

  static Stream<Arguments> anUnreadableBodyIsA400WhoseReasonRepeatsNoneOfIt() {
    return Stream.of(
        Arguments.of("/predict", "", "JSON object"),
        Arguments.of("/predict", "777", "JSON object"),
        Arguments.of("/predict", "null", "JSON object"),
        Arguments.of("/predict", "{\"txn_id\":\"777\"", "JSON object"),
        Arguments.of("/predict", transaction("777", "1", "x") + " 777", "JSON object"),
        Arguments.of("/predict", "[".repeat(100_000), "JSON object"),
        Arguments.of("/predict", withAmount("NaN"), "JSON object"),
        Arguments.of("/predict", withAmount("7".repeat(2000)), "JSON object"),
        Arguments.of("/predict", withAmount("7e77777777777"), "JSON object"),
        Arguments.of("/predict", withAmount("\"777e1\""), "\"amount\" must be"),
        Arguments.of("/predict", withAmount("\"777,5\""), "\"amount\" must be"),
        Arguments.of("/predict", withAmount("\"" + "7".repeat(65) + "\""), "\"amount\" must be"),
        Arguments.of("/predict", withAmount("[777]"), "\"amount\" must be"),
        Arguments.of("/predict", "{\"777\":1}", "\"txn_id\" is missing"),
        Arguments.of("/predict", without("account_number"), "\"account_number\" is missing"),
        Arguments.of("/predict", without("amount"), "\"amount\" is missing"),
        Arguments.of("/predict", without("merchant"), "\"merchant\" is missing"),
        Arguments.of("/predict", without("location"), "\"location\" is missing"),
        Arguments.of("/predict", without("tx_time"), "\"tx_time\" is missing"),
        Arguments.of("/predict", with("tx_time", "777"), "\"tx_time\" must be a time"),
        Arguments.of("/predict/batch", transaction("777", "1", "x").toString(), "is missing"),
        Arguments.of("/predict/batch", "{\"transactions\":\"777\"}", "must be a list"),
        Arguments.of("/predict/batch", "{\"transactions\":[]}", "1 to 100"),
        Arguments.of("/predict/batch", batchOf(101), "1 to 100"));
  }

  @Test
  void aBatchHasUpTo100Elements() {
    assertThat(client.post("/predict/batch", batchOf(100)).statusCode(), is(200));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer " + Client.TOKEN + "x",
        "Basic " + Client.TOKEN,
        Client.TOKEN
      })
  void aClientWithoutTheTokenIsRejected(String authorization) {
    for (String body :
        List.of(transaction("t1", "1", "x").toString(), "nonsense", "7".repeat(2 << 20))) {
      for (String path : List.of("/predict", "/predict/batch")) {
        HttpResponse<String> answer = client.send("POST", path, authorization, body);

        assertThat(answer.statusCode(), is(401));
        assertThat(answer.headers().firstValue("WWW-Authenticate").get(), is("Bearer"));
        assertThat(answer.body(), is("{\"error\":\"the bearer token is missing or wrong\"}"));
      }
    }
    assertThat(service.stats().questions(), is(0L));
  }

  @Test
  void theSchemeOfTheTokenIsReadInAnyCase() {
    String question = transaction("t1", "1", "x").toString();

    assertThat(
        client.send("POST", "/predict", "bearer " + Client.TOKEN, question).statusCode(), is(200));
  }

  @Test
  void anOpenServiceAsksForNoToken() {
    try (ScoringService open = ScoringService.start(prompt(), Access.open(), 0)) {
      String question = transaction("t1", "1", "x").toString();

      assertThat(Client.of(open).send("POST", "/predict", null, question).statusCode(), is(200));
    }
  }

  @Test
  void healthMetricsAndContractNeedNoToken() {
    assertThat(client.get("/health").body(), is("{\"status\":\"UP\"}"));
    assertThat(client.get("/openapi.json").statusCode(), is(200));
    client.post("/predict", transaction("t1", "1", "x").toString());
    String metrics = client.get("/metrics").body();
    assertThat(
        metrics, containsString("scoring_requests_total{path=\"/predict\",status=\"200\"} 1.0\n"));
    assertThat(metrics, containsString("scoring_questions_total 1.0\n"));
    assertThat(metrics, containsString("# TYPE scoring_request_seconds summary\n"));
  }

  @Test
  void anUnknownPathIsA404AndAWrongMethodA405() {
    assertThat(client.get("/").statusCode(), is(404));
    assertThat(client.get("/predict/t1").statusCode(), is(404));
    assertThat(client.get("/predict").statusCode(), is(405));
    assertThat(client.get("/predict").headers().firstValue("Allow").get(), is("POST"));
    assertThat(client.send("PUT", "/predict/batch", null, "").statusCode(), is(405));
    assertThat(client.post("/metrics", "").statusCode(), is(405));
  }

  @Test
  void theErrorRateIsTheShareOf503() {
    String question = transaction("t1", "1", "x").toString();
    service.behave(prompt().withErrorRate(1));
    assertThat(client.post("/predict", question).statusCode(), is(503));
    service.behave(prompt().withErrorRate(0.5).withSeed(3));
    List<Integer> once = statuses(question);
    service.behave(prompt().withErrorRate(0.5).withSeed(3));

    assertThat(statuses(question), is(once));
    assertThat(once.stream().distinct().sorted().toList(), is(List.of(200, 503)));
  }

  // latency, stats and behaviour

  @Test
  void aRequestThatWaitsHoldsUpNoOther() {
    String question = transaction("t1", "1", "x").toString();
    service.behave(taking(Duration.ofHours(1).toMillis()));
    var waiting = client.postLater("/predict", question);
    eventually(() -> service.stats().questions(), is(1L));
    client.get("/health"); // The one event loop has decided the fate of the first by now.
    service.behave(prompt());

    assertThat(client.post("/predict", question).statusCode(), is(200));
    assertThat(waiting.isDone(), is(false));
  }

  @Test
  void anAnswerTakesItsLatency() {
    service.behave(taking(60));

    client.post("/predict", transaction("t1", "1", "x").toString());

    assertThat(service.stats().latencyP50(), greaterThanOrEqualTo(Duration.ofMillis(60)));
  }

  @Test
  void theStatsCountRequestsQuestionsAndAnswers() {
    client.post("/predict", transaction("t1", "1", "x").toString());
    client.post("/predict/batch", batchOf(3));
    client.post("/predict", "nonsense");
    client.get("/health");

    ServiceStats stats = service.stats();
    assertThat(stats.requests(), is(3L));
    assertThat(stats.questions(), is(4L));
    assertThat(stats.inFlight(), is(0L));
    assertThat(stats.answered(200), is(2L));
    assertThat(stats.answered(400), is(1L));
  }

  @Test
  void anInvalidBehaviourIsRejectedByName() {
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> prompt().withErrorRate(Double.NaN))
            .getMessage(),
        startsWith("errorRate"));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> prompt().withLatency(Duration.ofMillis(2), Duration.ofMillis(1)))
            .getMessage(),
        startsWith("minLatency"));
  }

  private List<Integer> statuses(String question) {
    return Stream.generate(() -> client.post("/predict", question).statusCode()).limit(20).toList();
  }

  private static String withAmount(String json) {
    return transaction("777", "1", "x").toString().replace("\"amount\":1", "\"amount\":" + json);
  }

  private static String with(String field, String value) {
    return transaction("777", "1", "x").put(field, value).toString();
  }

  private static String without(String field) {
    ObjectNode question = transaction("777", "1", "x");
    question.remove(field);
    return question.toString();
  }

  private static String batchOf(int size) {
    return batch(Collections.nCopies(size, transaction("777", "1", "x")));
  }
}
