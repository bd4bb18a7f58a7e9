package dev.weir.dedup;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.loan.Application;
import dev.weir.loan.ApplicationCoder;
import dev.weir.loan.Applications;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class KeepFirstStreamTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final org.joda.time.Duration WINDOW = org.joda.time.Duration.standardHours(24);

  private PipelineResult result;

  @Test
  void theOneThatArrivesFirstIsKept() {
    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication().amount("2").onLine(2)))
                .addElements(arriving(anApplication().amount("1").onLine(1)))
                .advanceWatermarkToInfinity()),
        contains(anApplication().amount("2").onLine(2).build()));
    assertThat(count(result, "duplicates"), is(1L));
  }

  @Test
  void exactlyOneDayApartIsADuplicateAndAMillisecondMoreIsNot() {
    Applications atTheBound = anApplication().afterNoon(DAY);
    Applications pastTheBound = anApplication().afterNoon(DAY.plusMillis(1));

    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication()))
                .addElements(arriving(atTheBound))
                .addElements(arriving(pastTheBound))
                .advanceWatermarkToInfinity()),
        contains(anApplication().build(), pastTheBound.build()));
  }

  @Test
  void anOlderOneThatArrivesLaterIsComparedByTheTwoTimesToo() {
    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication()))
                .addElements(arriving(anApplication().afterNoon(DAY.negated())))
                .addElements(arriving(anApplication().afterNoon(DAY.negated().minusMillis(1))))
                .advanceWatermarkToInfinity()),
        contains(
            anApplication().build(),
            anApplication().afterNoon(DAY.negated().minusMillis(1)).build()));
  }

  @Test
  void aThirdOneOutOfOrderIsComparedWithEachKeptOne() {
    Applications muchLater = anApplication().afterNoon(Duration.ofHours(60));
    Applications nearNeither = anApplication().afterNoon(Duration.ofHours(30));
    Applications nearTheFirst = anApplication().afterNoon(Duration.ofHours(20));
    Applications nearTheSecond = anApplication().afterNoon(Duration.ofHours(70));

    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication()))
                .addElements(arriving(muchLater))
                .addElements(arriving(nearTheFirst))
                .addElements(arriving(nearTheSecond))
                .addElements(arriving(nearNeither))
                .advanceWatermarkToInfinity()),
        contains(anApplication().build(), muchLater.build(), nearNeither.build()));
    assertThat(count(result, "duplicates"), is(2L));
  }

  @Test
  void aDuplicateIsFoundWhileTheWatermarkIsWithinTheWindow() {
    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication()))
                .advanceWatermarkTo(NOON.plus(WINDOW))
                .addElements(arriving(anApplication()))
                .advanceWatermarkToInfinity()),
        hasSize(1));
  }

  @Test
  void stateIsFreedOnceTheWatermarkIsPastTheWindow() {
    // The sweep runs up to a quarter of the window after the state can be removed.
    Instant swept = NOON.plus(WINDOW).plus(WINDOW.dividedBy(4));

    assertThat(
        kept(
            stream()
                .addElements(arriving(anApplication()))
                .advanceWatermarkTo(swept.plus(1))
                .addElements(arriving(anApplication()))
                .advanceWatermarkToInfinity()),
        hasSize(2));
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void aTimeFarAheadOfTheStreamExpiresAfterTwoWindowsAndDoesNotKeepTheSweepFiring() {
    Applications farAhead = anApplication().at(java.time.Instant.parse("9999-12-31T23:59:59Z"));

    List<Application> kept =
        kept(
            stream()
                .addElements(TimestampedValue.of(farAhead.build(), NOON))
                .addElements(TimestampedValue.of(anApplication().id("r2").build(), NOON))
                .advanceWatermarkTo(NOON.plus(WINDOW.multipliedBy(2)))
                .addElements(TimestampedValue.of(farAhead.build(), NOON))
                .advanceWatermarkTo(NOON.plus(WINDOW.multipliedBy(100)))
                .addElements(TimestampedValue.of(farAhead.build(), NOON))
                .advanceWatermarkToInfinity());

    assertThat(
        kept, contains(farAhead.build(), anApplication().id("r2").build(), farAhead.build()));
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void theSweepEndsWithAWindowThatEndsBeforeItsStateExpires() {
    List<Application> kept =
        kept(
            stream()
                .addElements(arriving(anApplication()), arriving(anApplication()))
                .advanceWatermarkToInfinity(),
            Window.into(FixedWindows.of(org.joda.time.Duration.standardHours(1))));

    assertThat(kept, hasSize(1));
  }

  @Test
  void anElementKeepsItsTime() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<Application> kept =
        Seen.in(
            pipeline
                .apply(
                    stream()
                        .addElements(TimestampedValue.of(anApplication().build(), NOON.plus(5)))
                        .advanceWatermarkToInfinity())
                .apply("KeepFirst", keepFirst()));

    Pipelines.run(pipeline);

    assertThat(kept.sightings().get(0).time(), is(NOON.plus(5)));
  }

  private static TestStream.Builder<Application> stream() {
    return TestStream.create(ApplicationCoder.of());
  }

  /** The application at its own time. */
  private static TimestampedValue<Application> arriving(Applications application) {
    Application built = application.build();
    return TimestampedValue.of(built, built.time());
  }

  private List<Application> kept(TestStream<Application> stream) {
    return kept(stream, Window.into(new GlobalWindows()));
  }

  private List<Application> kept(
      TestStream<Application> stream,
      PTransform<PCollection<Application>, PCollection<Application>> windows) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<Application> kept =
        Seen.in(pipeline.apply(stream).apply(windows).apply("KeepFirst", keepFirst()));
    result = Pipelines.run(pipeline);
    return kept.values();
  }

  private static KeepFirst<Application> keepFirst() {
    return KeepFirst.of(Application::requestId, Application::time, Application::origin, WINDOW, 4);
  }
}
