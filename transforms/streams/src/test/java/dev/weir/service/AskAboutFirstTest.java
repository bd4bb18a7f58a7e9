package dev.weir.service;

import static dev.weir.service.TimedQuestion.NOON;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One keyed step must give what the two transforms give one after the other. */
class AskAboutFirstTest {
  private static final int SHARDS = 3;
  private static final WindowFn<Object, ?> ONE = new GlobalWindows();
  private static final WindowFn<Object, ?> DAYS = FixedWindows.of(Duration.standardDays(1));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aStreamGivesWhatTheTwoTransformsGive(int seed) {
    assertThat(together(history(seed), ONE), is(oneAfterTheOther(history(seed), ONE)));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9})
  void soDoesAStreamInWindows(int seed) {
    assertThat(together(history(seed), DAYS), is(oneAfterTheOther(history(seed), DAYS)));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11})
  void soDoesBoundedInput(int seed) {
    List<String> elements = elements(new Random(seed), 200);
    Collections.shuffle(elements, new Random(seed));
    Create.Values<String> bounded = Create.of(elements).withCoder(StringUtf8Coder.of());

    assertThat(together(bounded, ONE), is(oneAfterTheOther(bounded, ONE)));
  }

  @Test
  void aHistoryHasDuplicatesAndQuestionsAndExpiredIds() {
    Outcome outcome = oneAfterTheOther(history(1), ONE);

    assertThat(outcome.duplicates, is(greaterThan(10L)));
    assertThat(outcome.questions.size(), is(greaterThan(10)));
    assertThat(
        "of ids that are kept twice",
        outcome.results.size(),
        is(greaterThan((int) outcome.results.stream().map(TimedQuestion::id).distinct().count())));
  }

  @Test
  void aResultHasItsElementsTimestampWhenALaterOneIsCurrent() {
    Outcome outcome =
        together(
            stream()
                .addElements(
                    TimedQuestion.at("r1 9 q1"),
                    TimedQuestion.at("r2 2 q2"),
                    TimedQuestion.at("r1 1 q3"),
                    TimedQuestion.at("r3 5 -4"))
                .advanceWatermarkToInfinity(),
            ONE);

    assertThat(
        outcome.results,
        contains(
            "r1 9 q1 = 1 " + NOON.plus(Duration.standardHours(9)) + " the only window",
            "r2 2 q2 = 2 " + NOON.plus(Duration.standardHours(2)) + " the only window",
            "r3 5 -4 = not asked " + NOON.plus(Duration.standardHours(5)) + " the only window"));
    assertThat(outcome.questions, contains("q1", "q2"));
    assertThat(outcome.duplicates, is(1L));
  }

  /** Results, questions and counts of a run, sorted: the order of answers is not fixed. */
  private record Outcome(
      List<String> results, List<String> questions, long duplicates, long answered) {}

  private static Outcome together(
      PTransform<PBegin, PCollection<String>> input, WindowFn<Object, ?> windows) {
    FakeService service = FakeService.answering();
    return outcome(
        input,
        windows,
        AskAboutFirst.of(TimedQuestion.keepFirst(SHARDS), TimedQuestion.ask(service, SHARDS)),
        service);
  }

  private static Outcome oneAfterTheOther(
      PTransform<PBegin, PCollection<String>> input, WindowFn<Object, ?> windows) {
    FakeService service = FakeService.answering();
    return outcome(
        input,
        windows,
        PTransform.compose(
            elements ->
                elements
                    .apply("KeepFirst", TimedQuestion.keepFirst(SHARDS))
                    .apply("AskService", TimedQuestion.ask(service, SHARDS))),
        service);
  }

  private static Outcome outcome(
      PTransform<PBegin, PCollection<String>> input,
      WindowFn<Object, ?> windows,
      PTransform<PCollection<String>, PCollection<String>> asking,
      FakeService service) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<String> results =
        Seen.in(
            pipeline
                .apply("Input", input)
                .apply("Windows", Window.into(windows))
                .apply("Ask", asking));
    PipelineResult result = Pipelines.run(pipeline);
    return new Outcome(
        results.sightings().stream()
            .map(s -> s.value() + " " + s.time() + " " + name(s.window().toString()))
            .sorted()
            .toList(),
        service.questions().stream().sorted().toList(),
        count(result, "duplicates"),
        count(result, "service_answered"));
  }

  private static String name(String window) {
    return window.contains("GlobalWindow") ? "the only window" : window;
  }

  /** Arrivals over ten days, out of order by some hours, while the watermark and the clock move. */
  private static TestStream<String> history(int seed) {
    Random random = new Random(seed);
    TestStream.Builder<String> stream = stream();
    List<String> elements = elements(random, 60);
    for (int from = 0; from < elements.size(); from += 4) {
      List<TimestampedValue<String>> some = new ArrayList<>();
      elements.subList(from, from + 4).forEach(text -> some.add(TimedQuestion.at(text)));
      stream = stream.addElements(some.get(0), some.get(1), some.get(2), some.get(3));
      if (random.nextInt(3) == 0) {
        stream = stream.advanceProcessingTime(Duration.millis(random.nextInt(50)));
      }
      if (random.nextInt(3) == 0) {
        stream = stream.advanceWatermarkTo(NOON.plus(Duration.standardHours(hour(from) - 12)));
      }
    }
    return stream.advanceWatermarkToInfinity();
  }

  /** About one id in three comes again, near itself or days later. */
  private static List<String> elements(Random random, int count) {
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int hour = Math.max(0, hour(i) - random.nextInt(12));
      String question = random.nextInt(4) == 0 ? "-" + i : "q" + i;
      elements.add("r" + random.nextInt(count / 4) + " " + hour + " " + question);
    }
    return elements;
  }

  private static int hour(int element) {
    return element * 4;
  }

  private static TestStream.Builder<String> stream() {
    return TestStream.create(StringUtf8Coder.of())
        .advanceWatermarkTo(NOON.minus(Duration.standardDays(1)));
  }
}
