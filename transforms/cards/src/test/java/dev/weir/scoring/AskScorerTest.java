package dev.weir.scoring;

import static dev.weir.scoring.Questions.POLICY;
import static dev.weir.scoring.Questions.PROMPT;
import static dev.weir.scoring.Questions.TOKEN;
import static dev.weir.scoring.Questions.question;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.httpservice.Access;
import dev.weir.scoringservice.ScoringService;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sharding.Shards;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

/** Elements are written as an amount, or as {@code unasked}; results as element and score. */
class AskScorerTest {
  private final Pipeline pipeline = Pipelines.onDirectRunner();

  @Test
  void everyElementIsEmittedOnceWithItsScoreIfItNeedsOne() {
    try (ScoringService service = Questions.service()) {
      Seen<String> scored =
          Seen.in(
              pipeline.apply(Create.of("5", "501", "1001", "unasked")).apply("Ask", ask(service)));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(
          scored.values(),
          containsInAnyOrder(
              "5 0.1 NORMAL LOW",
              "501 0.3 HIGH_VALUE MEDIUM",
              "1001 0.7 AMOUNT_ANOMALY HIGH",
              "unasked"));
      assertThat(service.stats().questions(), is(3L));
      assertThat(count(result, "service_answered"), is(3L));
    }
  }

  @Test
  void unboundedInputIsAskedAboutLikeBoundedInput() {
    try (ScoringService service = Questions.service()) {
      TestStream.Builder<String> stream = TestStream.create(StringUtf8Coder.of());
      for (int i = 0; i < 50; i++) {
        stream = stream.addElements(String.valueOf(1001 + i));
      }
      Seen<String> scored =
          Seen.in(pipeline.apply(stream.advanceWatermarkToInfinity()).apply("Ask", ask(service)));

      Pipelines.run(pipeline);

      assertThat(
          scored.values(),
          containsInAnyOrder(
              IntStream.range(1001, 1051).mapToObj(i -> i + " 0.7 AMOUNT_ANOMALY HIGH").toArray()));
    }
  }

  @Test
  void thePipelineContinuesWhileTheScorerIsDown() {
    try (ScoringService service = Questions.service()) {
      service.behave(PROMPT.withErrorRate(1));

      allComeOutAs("UNAVAILABLE", "service_unavailable", service);
    }
  }

  @Test
  void thePipelineContinuesWithAWrongToken() {
    try (ScoringService service = ScoringService.start(PROMPT, Access.byToken(TOKEN + "x"), 0)) {
      allComeOutAs("UNAVAILABLE", "service_unavailable", service);
    }
  }

  private void allComeOutAs(String missing, String counter, ScoringService service) {
    List<String> amounts = IntStream.range(1, 201).mapToObj(String::valueOf).toList();
    Seen<String> scored = Seen.in(pipeline.apply(Create.of(amounts)).apply("Ask", ask(service)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        scored.values(),
        containsInAnyOrder(amounts.stream().map(amount -> amount + " " + missing).toArray()));
    assertThat(count(result, counter), is(200L));
  }

  @Test
  void theTransformIsSerializableWithoutTheToken() {
    AskScorer<String, String> ask = ask(URI.create("http://localhost:1"), POLICY);

    SerializableUtils.ensureSerializable(ask);
    assertThat(
        new String(SerializableUtils.serializeToByteArray(ask), StandardCharsets.ISO_8859_1),
        not(containsString(TOKEN)));
  }

  @Test
  void batchesAreNotLargerThanTheScorerAccepts() {
    URI anywhere = URI.create("http://localhost:1");

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> ask(anywhere, POLICY.withBatch(101)))
            .getMessage(),
        is("a batch for the scorer has at most 100 transactions, not 101"));
  }

  private static AskScorer<String, String> ask(ScoringService service) {
    return ask(service.uri(), POLICY);
  }

  private static AskScorer<String, String> ask(URI scorer, ClientPolicy policy) {
    return AskScorer.at(
        ServiceAddress.of(scorer),
        policy,
        amount -> amount.equals("unasked") ? null : question("txn " + amount, amount, "Paris"),
        (amount, answer) ->
            answer == null
                ? amount
                : amount
                    + " "
                    + answer.fold(s -> s.score() + " " + s.category() + " " + s.risk(), Enum::name),
        Shards.of(4, amount -> amount),
        StringUtf8Coder.of());
  }
}
