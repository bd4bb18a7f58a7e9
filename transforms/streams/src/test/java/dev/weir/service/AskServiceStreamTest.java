package dev.weir.service;

import static dev.weir.service.AskServiceBoundedTest.asking;
import static dev.weir.testing.Eventually.eventually;
import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.failureOf;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import dev.weir.sharding.Shards;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import dev.weir.testing.Seen.Sighting;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo.Timing;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Unbounded input, event by event. An element that begins with an exclamation mark releases the
 * answer to the question that follows it, and is dropped.
 */
class AskServiceStreamTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration MINUTE = Duration.standardMinutes(1);
  private static final Duration SECOND = Duration.standardSeconds(1);

  private final Pipeline pipeline = Pipelines.onDirectRunner();
  private final Gates gates = new Gates();
  private final FakeService service = FakeService.doing(gates);

  @Test
  void resultsAreEmittedInTheOrderOfTheirAnswersWithTheirElementsTimeAndWindow() {
    Seen<String> results =
        Seen.in(
            events(
                    stream()
                        .addElements(at(10, "q1"))
                        .addElements(at(70, "q2"))
                        .addElements(at(20, "q3"))
                        .addElements(at(80, "!q3"))
                        .advanceProcessingTime(SECOND)
                        .addElements(at(80, "!q2"))
                        .advanceProcessingTime(SECOND)
                        .addElements(at(80, "!q1"))
                        .advanceProcessingTime(SECOND)
                        .advanceWatermarkToInfinity())
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Ask", asking(service, Asking.ONE_BY_ONE)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        results.sightings().stream().map(s -> s.value() + " " + s.time() + s.window()).toList(),
        contains(
            "q3 = 3 " + NOON.plus(20_000) + new IntervalWindow(NOON, MINUTE),
            "q2 = 2 " + NOON.plus(70_000) + new IntervalWindow(NOON.plus(MINUTE), MINUTE),
            "q1 = 1 " + NOON.plus(10_000) + new IntervalWindow(NOON, MINUTE)));
    assertThat(count(result, "service_answered"), is(3L));
  }

  @Test
  void theWindowOfAnOpenQuestionStaysOpenDownstream() {
    PCollection<String> asked =
        events(
                stream()
                    .addElements(at(10, "q1"), at(20, "-q2"))
                    .advanceWatermarkTo(NOON.plus(MINUTE.multipliedBy(5)))
                    .advanceProcessingTime(SECOND)
                    .addElements(at(301, "-q3"))
                    .advanceProcessingTime(SECOND)
                    .addElements(at(302, "!q1"))
                    .advanceProcessingTime(SECOND)
                    .advanceWatermarkToInfinity())
            .apply("Ask", asking(service, Asking.ONE_BY_ONE));
    Seen<String> results = Seen.in(asked);
    Seen<Long> counts =
        Seen.in(
            asked
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults()));

    Pipelines.run(pipeline);

    assertThat(results.values(), contains("-q2 = not asked", "-q3 = not asked", "q1 = 1"));
    assertThat(
        counts.sightings().stream().map(AskServiceStreamTest::pane).toList(),
        containsInAnyOrder(
            "2 in " + new IntervalWindow(NOON, MINUTE) + " ON_TIME",
            "1 in " + new IntervalWindow(NOON.plus(MINUTE.multipliedBy(5)), MINUTE) + " ON_TIME"));
  }

  @Test
  void anAnsweredElementHoldsNothingBack() {
    PCollection<String> asked =
        events(
                stream()
                    .addElements(at(10, "q1"), at(70, "q2"))
                    .addElements(at(70, "!q1"))
                    .advanceProcessingTime(SECOND)
                    .advanceWatermarkTo(NOON.plus(MINUTE.multipliedBy(5)))
                    .addElements(at(301, "-q3"))
                    .addElements(at(301, "!q2"))
                    .advanceProcessingTime(SECOND)
                    .advanceWatermarkToInfinity())
            .apply("Ask", asking(service, Asking.ONE_BY_ONE));
    Seen<Long> counts =
        Seen.in(
            asked
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults()));

    Pipelines.run(pipeline);

    // The windows close one after the other, as their questions are answered.
    assertThat(
        counts.sightings().stream().map(AskServiceStreamTest::pane).toList(),
        contains(
            "1 in " + new IntervalWindow(NOON, MINUTE) + " ON_TIME",
            "1 in " + new IntervalWindow(NOON.plus(MINUTE), MINUTE) + " ON_TIME",
            "1 in " + new IntervalWindow(NOON.plus(MINUTE.multipliedBy(5)), MINUTE) + " ON_TIME"));
  }

  @Test
  void atTheEndOfTheInputEverythingOpenIsAwaited() {
    FakeService prompt = FakeService.answering();
    TestStream.Builder<String> stream = stream();
    for (int i = 0; i < 60; i++) {
      stream = stream.addElements(at(i, "q" + i));
    }
    Seen<String> results =
        Seen.in(
            pipeline
                .apply(stream.advanceWatermarkToInfinity())
                .apply("Ask", asking(prompt, Asking.ONE_BY_ONE)));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        results.values(),
        containsInAnyOrder(IntStream.range(0, 60).mapToObj(i -> "q" + i + " = " + i).toArray()));
    assertThat(count(result, "service_answered"), is(60L));
  }

  @Test
  void theEndOfAWindowWaitsForItsOpenQuestions() {
    FakeService prompt = FakeService.answering();
    Seen<Long> counts =
        Seen.in(
            pipeline
                .apply(
                    stream()
                        .addElements(at(10, "q1"), at(20, "q2"), at(30, "-q3"))
                        .advanceWatermarkTo(NOON.plus(MINUTE.multipliedBy(5)))
                        .advanceWatermarkToInfinity())
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Ask", asking(prompt, Asking.ONE_BY_ONE))
                .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults()));

    Pipelines.run(pipeline);

    assertThat(
        counts.sightings().stream().map(AskServiceStreamTest::pane).toList(),
        contains("3 in " + new IntervalWindow(NOON, MINUTE) + " ON_TIME"));
  }

  @Test
  void eachElementIsEmittedOnceWhicheverWorkerHasItsShard() {
    // The DirectRunner moves a shard between threads, each of which has its own DoFn.
    Pipeline onManyThreads = Pipelines.onDirectRunner();
    FakeService slow =
        FakeService.doing(
            questions -> {
              LockSupport.parkNanos(1_000_000L * (FakeService.rightAnswer(questions.get(0)) % 8));
              return FakeService.rightAnswers(questions);
            });
    TestStream.Builder<String> stream = stream();
    for (int i = 0; i < 50; i++) {
      stream = stream.addElements(at(i, "q" + i)).advanceProcessingTime(Duration.millis(20));
    }
    Seen<String> results =
        Seen.in(
            onManyThreads
                .apply(stream.advanceWatermarkToInfinity())
                .apply("Ask", asking(slow, Asking.ONE_BY_ONE.withInFlight(50))));

    PipelineResult result = Pipelines.run(onManyThreads);

    assertThat(
        results.values(),
        containsInAnyOrder(IntStream.range(0, 50).mapToObj(i -> "q" + i + " = " + i).toArray()));
    assertThat(count(result, "service_answered"), is(50L));
  }

  /**
   * Documents a limitation of the DirectRunner 2.70: it keeps the hold of a processing-time timer
   * only until the next bundle of its key that does not set that timer again. Flink keeps it. If
   * this test fails, an upgrade has removed the limitation.
   */
  @Test
  void theDirectRunnerDropsAHoldAtTheNextElementOfTheShard() {
    PCollection<String> asked =
        events(
                stream()
                    .addElements(at(10, "q1"))
                    .addElements(at(20, "-q2"))
                    .advanceWatermarkTo(NOON.plus(MINUTE.multipliedBy(5)))
                    .addElements(at(302, "!q1"))
                    .advanceProcessingTime(SECOND)
                    .advanceWatermarkToInfinity())
            .apply(
                "Ask",
                AskService.of(
                    service.opener(),
                    Asking.ONE_BY_ONE,
                    Asking::question,
                    Asking::result,
                    Shards.of(1, text -> text),
                    StringUtf8Coder.of()));
    Seen<String> results = Seen.in(asked);
    Seen<Long> counts =
        Seen.in(
            asked
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults()));

    Pipelines.run(pipeline);

    assertThat(results.values(), contains("-q2 = not asked", "q1 = 1"));
    assertThat(
        counts.sightings().stream().map(AskServiceStreamTest::pane).toList(),
        contains("1 in " + new IntervalWindow(NOON, MINUTE) + " ON_TIME"));
  }

  @Test
  void aBugInTheCallFailsThePipeline() {
    IllegalStateException bug = new IllegalStateException("a bug");
    FakeService buggy =
        FakeService.doing(
            questions -> {
              throw bug;
            });
    pipeline
        .apply(stream().addElements(at(0, "q1")).advanceWatermarkToInfinity())
        .apply("Ask", asking(buggy, Asking.ONE_BY_ONE));

    assertThat(failureOf(pipeline), is(sameInstance(bug)));
  }

  @Test
  void aStreamWithoutQuestionsAsksNone() {
    Seen<String> results =
        Seen.in(
            pipeline
                .apply(
                    stream()
                        .addElements(at(0, "-q1"))
                        .advanceWatermarkTo(NOON.plus(MINUTE))
                        .addElements(at(61, "-q2"))
                        .advanceWatermarkToInfinity())
                .apply("Ask", asking(service, Asking.ONE_BY_ONE)));

    Pipelines.run(pipeline);

    assertThat(results.values(), contains("-q1 = not asked", "-q2 = not asked"));
    assertThat(service.requests(), hasSize(0));
  }

  private static String pane(Sighting<Long> count) {
    Timing timing = count.pane().getTiming();
    return count.value() + " in " + count.window() + " " + timing;
  }

  private static TestStream.Builder<String> stream() {
    return TestStream.create(StringUtf8Coder.of()).advanceWatermarkTo(NOON);
  }

  private static TimestampedValue<String> at(int second, String text) {
    return TimestampedValue.of(text, NOON.plus(second * 1000L));
  }

  private PCollection<String> events(TestStream<String> stream) {
    return pipeline.apply(stream).apply("LetGo", ParDo.of(new LetGo(service, gates)));
  }

  /** Opens gates, and continues when the callers that waited at them have passed. */
  private static final class LetGo extends DoFn<String, String> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, LetGo> BY_ID = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final transient FakeService service;
    private final transient Gates gates;

    LetGo(FakeService service, Gates gates) {
      this.service = service;
      this.gates = gates;
      BY_ID.put(id, this);
    }

    @ProcessElement
    public void process(@Element String text, OutputReceiver<String> out) {
      if (!text.startsWith("!")) {
        out.output(text);
        return;
      }
      LetGo here = BY_ID.get(id);
      String question = text.substring(1);
      here.gates.open(question);
      eventually(() -> here.service.isDoneWith(question), is(true));
    }
  }
}
