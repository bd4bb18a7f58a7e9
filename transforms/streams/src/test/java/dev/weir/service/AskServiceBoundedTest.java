package dev.weir.service;

import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.failureOf;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import dev.weir.progress.ReadProgress;
import dev.weir.service.Answer.Missing;
import dev.weir.sharding.Shards;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class AskServiceBoundedTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration MINUTE = Duration.standardMinutes(1);

  private final Pipeline pipeline = Pipelines.onDirectRunner();

  @Test
  void aResultKeepsItsElementsTimeAndWindowInAnyOrderOfAnswers() {
    // All eight are in flight at once, and each answer waits for the one after it.
    Gates gates = new Gates();
    FakeService service =
        FakeService.doing(
            questions -> {
              int number = FakeService.rightAnswer(questions.get(0));
              if (number < 7) {
                gates.answer(List.of("q" + (number + 1)));
              }
              gates.open("q" + number);
              return FakeService.rightAnswers(questions);
            });
    Seen<String> results =
        Seen.in(
            inOneBundle(elements(8))
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Ask", asking(service, Asking.ONE_BY_ONE)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        results.sightings().stream().map(s -> s.value() + s.time() + s.window()).toList(),
        containsInAnyOrder(IntStream.range(0, 8).mapToObj(i -> expectedSighting(i)).toArray()));
    assertThat(count(result, "service_answered"), is(8L));
  }

  @Test
  void resultsEmittedDuringAnotherElementKeepTheirOwnTimeAndWindow() {
    // Only four may wait, so most results are emitted in the middle of the bundle.
    Random random = new Random(5);
    FakeService service =
        FakeService.doing(
            questions -> {
              synchronized (random) {
                if (random.nextInt(4) == 0) {
                  Thread.yield();
                }
              }
              return FakeService.rightAnswers(questions);
            });
    Seen<String> results =
        Seen.in(
            inOneBundle(elements(500))
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Ask", asking(service, Asking.ONE_BY_ONE.withInFlight(2))));

    Pipelines.run(pipeline);

    assertThat(
        results.sightings().stream().map(s -> s.value() + s.time() + s.window()).toList(),
        containsInAnyOrder(IntStream.range(0, 500).mapToObj(i -> expectedSighting(i)).toArray()));
    assertThat(service.questions().size(), is(500));
  }

  @Test
  void theProgressOfTheRunCountsTheQuestions() {
    FakeService service = FakeService.answering();
    pipeline.apply(Create.of("q1", "-q2", "q3")).apply("Ask", asking(service, Asking.ONE_BY_ONE));

    try (ReadProgress progress = ReadProgress.open(pipeline.getOptions().getOptionsId())) {
      Pipelines.run(pipeline);

      assertThat(progress.questions(), is(2L));
    }
  }

  @Test
  void anElementWithoutAQuestionIsNotAskedAbout() {
    FakeService service = FakeService.answering();
    Seen<String> results =
        Seen.in(
            pipeline
                .apply(Create.of("q1", "-q2"))
                .apply("Ask", asking(service, Asking.ONE_BY_ONE)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(results.values(), containsInAnyOrder("q1 = 1", "-q2 = not asked"));
    assertThat(service.questions(), is(List.of("q1")));
    assertThat(count(result, "service_answered"), is(1L));
  }

  @Test
  void theReasonForAMissingAnswerIsReportedAndCounted() {
    FakeService service =
        FakeService.doing(
            questions ->
                List.of(
                    Answer.missing(
                        Missing.values()[FakeService.rightAnswer(questions.get(0)) % 3])));
    Seen<String> results =
        Seen.in(
            pipeline
                .apply(Create.of("q0", "q1", "q2", "q3"))
                .apply("Ask", asking(service, Asking.ONE_BY_ONE)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        results.values(),
        containsInAnyOrder("q0 = TIMEOUT", "q1 = REJECTED", "q2 = UNAVAILABLE", "q3 = TIMEOUT"));
    assertThat(count(result, "service_timeout"), is(2L));
    assertThat(count(result, "service_rejected"), is(1L));
    assertThat(count(result, "service_unavailable"), is(1L));
    assertThat(count(result, "service_answered"), is(0L));
  }

  @Test
  void aBugInTheCallFailsThePipeline() {
    IllegalStateException bug = new IllegalStateException("a bug");
    FakeService service =
        FakeService.doing(
            questions -> {
              throw bug;
            });
    pipeline.apply(Create.of("q1")).apply("Ask", asking(service, Asking.ONE_BY_ONE));

    assertThat(failureOf(pipeline), is(sameInstance(bug)));
  }

  @Test
  void theBundlesOfAWorkerShareOneClientThatIsClosedAtTheEnd() {
    FakeService service = FakeService.answering();
    // With several threads there are several instances of the DoFn.
    pipeline.getOptions().as(DirectOptions.class).setTargetParallelism(4);
    pipeline.apply(Create.of(elements(100))).apply("Ask", asking(service, Asking.ONE_BY_ONE));

    Pipelines.run(pipeline);

    assertThat(service.opened(), is(1));
    assertThat(service.closed(), is(1));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(asking(FakeService.answering(), Asking.ONE_BY_ONE));
  }

  static AskService<String, String, Integer, String> asking(
      FakeService service, ClientPolicy policy) {
    return AskService.of(
        service.opener(),
        policy,
        Asking::question,
        Asking::result,
        Shards.of(4, text -> text),
        StringUtf8Coder.of());
  }

  private static List<String> elements(int count) {
    return IntStream.range(0, count).mapToObj(i -> "q" + i).toList();
  }

  /** Element i is 25 seconds later than the one before. */
  private static String expectedSighting(int i) {
    Instant time = NOON.plus(25_000L * i);
    Instant start = new Instant(time.getMillis() - time.getMillis() % MINUTE.getMillis());
    return "q" + i + " = " + i + time + new IntervalWindow(start, MINUTE);
  }

  private PCollection<String> inOneBundle(List<String> elements) {
    return pipeline
        .apply("One", Create.of(String.join(",", elements)))
        .apply("AreMany", ParDo.of(new Spread()));
  }

  private static final class Spread extends DoFn<String, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element String all, OutputReceiver<String> out) {
      List<String> elements = new ArrayList<>(List.of(all.split(",")));
      for (int i = 0; i < elements.size(); i++) {
        out.outputWithTimestamp(elements.get(i), NOON.plus(25_000L * i));
      }
    }
  }
}
