package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.httpservice.ServiceStats;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BureauMockTest {

  private final BureauMock bureau = BureauMock.start(Bureaus.prompt(), 0);
  private final Client client = Client.of(bureau);

  @AfterEach
  void stop() {
    bureau.close();
  }

  @Test
  void oneSsnGetsItsScore() {
    HttpResponse<String> answer = client.post("/v1/score", asking("123-45-6780"));

    assertThat(answer.statusCode(), is(200));
    assertThat(answer.headers().firstValue("Content-Type").get(), is("application/json"));
    assertThat(answer.body(), is("{\"score\":" + Scores.of("123-45-6780") + "}"));
  }

  @Test
  void aBatchIsAnsweredInItsOrderWithAnErrorForEachEntryThatIsNotAnSsn() {
    HttpResponse<String> answer =
        client.post("/v1/scores", "{\"ssns\":[\"3\",\"19\",\" \",7,\"2\",null,{\"a\":[1]},\"3\"]}");

    assertThat(answer.statusCode(), is(200));
    JsonArray scores = new JsonObject(answer.body()).getJsonArray("scores");
    JsonObject error = new JsonObject().put("error", "an ssn must be a non-blank string");
    assertThat(
        scores,
        is(
            new JsonArray()
                .add(score(Scores.of("3")))
                .add(score(450))
                .add(error)
                .add(error)
                .add(score(Scores.of("2")))
                .add(error)
                .add(error)
                .add(score(Scores.of("3")))));
    assertThat(bureau.stats().questions(), is(8L));
  }

  @Test
  void aBatchHasUpTo100Entries() {
    assertThat(client.post("/v1/scores", batchOf(100)).statusCode(), is(200));
    assertThat(client.post("/v1/scores", batchOf(101)).statusCode(), is(400));
  }

  @ParameterizedTest
  @MethodSource
  void anUnreadableBodyIsA400WhoseReasonRepeatsNoneOfIt(String path, String body, String reason) {
    HttpResponse<String> answer = client.post(path, body);

    assertThat(answer.statusCode(), is(400));
    assertThat(new JsonObject(answer.body()).getString("error"), containsString(reason));
    assertThat(answer.body(), not(containsString("123")));
  }

  static Stream<Arguments> anUnreadableBodyIsA400WhoseReasonRepeatsNoneOfIt() {
    return Stream.of(
        Arguments.of("/v1/score", "", "JSON object"),
        Arguments.of("/v1/score", "123-45-6789", "JSON object"),
        Arguments.of("/v1/score", "\"123-45-6789\"", "JSON object"),
        Arguments.of("/v1/score", "{\"ssn\":\"123-45-6789\"", "JSON object"),
        Arguments.of("/v1/score", "{\"ssn\":\"123-45-6789\"} 123", "JSON object"),
        Arguments.of("/v1/score", "[".repeat(100_000), "JSON object"),
        Arguments.of("/v1/score", "null", "JSON object"),
        Arguments.of("/v1/score", "{\"123-45-6789\":1}", "\"ssn\" is missing"),
        Arguments.of("/v1/score", "{\"ssn\":123456789}", "non-blank string"),
        Arguments.of("/v1/score", "{\"ssn\":null}", "non-blank string"),
        Arguments.of("/v1/score", "{\"ssn\":\" \"}", "non-blank string"),
        Arguments.of("/v1/scores", "{\"ssn\":\"123-45-6789\"}", "\"ssns\" is missing"),
        Arguments.of("/v1/scores", "{\"ssns\":\"123-45-6789\"}", "must be a list"),
        Arguments.of("/v1/scores", "{\"ssns\":[]}", "1 to 100"));
  }

  @Test
  void anUnknownPathIsA404AndAWrongMethodA405() {
    assertThat(client.get("/v1/score/123").statusCode(), is(404));
    assertThat(client.get("/").statusCode(), is(404));
    assertThat(client.get("/v1/score").statusCode(), is(405));
    assertThat(client.get("/v1/score").headers().firstValue("Allow").get(), is("POST"));
    assertThat(client.send("DELETE", "/v1/scores", "").statusCode(), is(405));
    assertThat(client.post("/health", "").statusCode(), is(405));
  }

  @Test
  void anAnswerTakesItsLatencySingleOrBatch() {
    bureau.behave(Bureaus.taking(120));

    for (var question : Stream.of("score", "scores").toList()) {
      long began = System.nanoTime();
      client.post("/v1/" + question, question.equals("score") ? asking("1") : batchOf(50));
      assertThat(System.nanoTime() - began, greaterThanOrEqualTo(millis(120).toNanos()));
    }
    assertThat(bureau.stats().latencyP50(), greaterThanOrEqualTo(millis(120)));
    assertThat(bureau.stats().latencyP99(), greaterThanOrEqualTo(millis(120)));
  }

  @Test
  void theStatsCountRequestsQuestionsAndAnswers() {
    client.post("/v1/score", asking("1"));
    client.post("/v1/scores", batchOf(3));
    client.post("/v1/score", "nonsense");
    client.get("/health");

    assertThat(
        client.get("/metrics").body(),
        containsString("bureau_requests_total{path=\"/v1/scores\",status=\"200\"} 1.0\n"));
    ServiceStats stats = bureau.stats();
    assertThat(stats.requests(), is(3L));
    assertThat(stats.questions(), is(4L));
    assertThat(stats.inFlight(), is(0L));
    assertThat(stats.maxInFlight(), is(1L));
    assertThat(stats.answered(200), is(2L));
    assertThat(stats.answered(400), is(1L));
    assertThat(stats.answered(503), is(0L));
  }

  private static JsonObject score(int score) {
    return new JsonObject().put("score", score);
  }

  private static String batchOf(int size) {
    return new JsonObject()
        .put("ssns", new JsonArray(Collections.nCopies(size, "123-45-6780")))
        .encode();
  }

  private static Duration millis(long n) {
    return Duration.ofMillis(n);
  }
}
