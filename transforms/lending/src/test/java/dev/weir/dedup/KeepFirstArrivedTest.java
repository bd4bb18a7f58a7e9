package dev.weir.dedup;

import static dev.weir.loan.Applications.anApplication;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.loan.Application;
import dev.weir.loan.Applications;
import dev.weir.sharding.Shards;
import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** One shard's state and timer, inspected between the calls that a runner would make. */
class KeepFirstArrivedTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration DAY = Duration.standardHours(24);
  private static final Duration QUARTER = Duration.standardHours(6);

  private final Entries<String, KeptTimes> kept = new Entries<>();
  private final Value<Long> sweepAt = new Value<>();
  private final Alarm sweep = new Alarm();
  private final Receiver<Application> out = new Receiver<>();
  private BoundedWindow window = GlobalWindow.INSTANCE;

  private final KeepFirstArrived<Application> keepFirst =
      SerializableUtils.ensureSerializable(
          new KeepFirstArrived<>(
              new KeepFirst.Spec<>(
                  Application::requestId, Application::time, Application::origin, DAY)));

  @Test
  void theSweepIsDueAQuarterOfTheWindowAfterTheFirstExpires() {
    arrives(anApplication());

    assertThat(sweep.setting().target(), is(NOON.plus(DAY).plus(QUARTER)));
  }

  @Test
  void manyElementsSetOneTimer() {
    for (int i = 0; i < 1000; i++) {
      arrives(anApplication().id("r" + i));
    }

    assertThat(sweep.settings(), hasSize(1));
    assertThat(kept.map(), is(aMapWithSize(1000)));
  }

  @Test
  void theTimerDoesNotHoldTheWatermark() {
    arrives(anApplication());

    assertThat(sweep.setting().outputTime(), is((Instant) null));
  }

  @Test
  void afterTheSweepStateAndTimerAreGone() {
    arrives(anApplication().id("a"));
    arrives(anApplication().id("b"));

    fires();

    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweepAt.read(), is((Long) null));
    assertThat(sweep.isSet(), is(false));
  }

  @Test
  void anIdThatMayHaveADuplicateIsKeptUntilTheNextSweep() {
    arrives(anApplication().id("a"));
    arrives(anApplication().id("b").afterNoon(java.time.Duration.ofHours(12)));

    fires();

    assertThat(kept.map().keySet().toString(), is("[b]"));
    assertThat(
        sweep.setting().target(),
        is(NOON.plus(Duration.standardHours(12)).plus(DAY).plus(QUARTER)));
    fires();
    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweep.isSet(), is(false));
  }

  @Test
  void aDuplicateChangesNothing() {
    arrives(anApplication());
    KeptTimes before = kept.map().get("r1");

    arrives(anApplication().afterNoon(java.time.Duration.ofHours(3)));

    assertThat(kept.map().get("r1"), is(before));
    assertThat(out.outputs(), hasSize(1));
  }

  @Test
  void anElementAheadOfTheStreamIsKeptForAtMostTwoWindows() {
    arrives(anApplication().id("a day").afterNoon(java.time.Duration.ofDays(1)), NOON);
    assertThat(sweep.setting().target(), is(NOON.plus(DAY).plus(DAY).plus(QUARTER)));

    arrives(anApplication().id("a month").afterNoon(java.time.Duration.ofDays(30)), NOON);
    fires();

    assertThat(kept.map(), is(anEmptyMap()));
  }

  @Test
  void anIdWithRandomTimesCostsOneReadAndAFewTimesForEachElement() {
    Random random = new Random(17);
    long end = Instant.parse("9892-01-01T00:00:00Z").getMillis();
    int[] written = new int[2];
    kept.whenPut(
        times -> {
          written[0]++;
          written[1] = Math.max(written[1], times.getTimes().size());
        });
    for (int i = 0; i < 20_000; i++) {
      arrives(anApplication().at(java.time.Instant.ofEpochMilli(random.nextLong(end))), NOON);
    }

    assertThat(kept.reads(), is(20_000));
    assertThat(written[0], is(out.outputs().size()));
    assertThat(written[1], is(DuplicateRule.MOST));
    assertThat(sweep.settings(), hasSize(1));
    fires();
    assertThat(kept.map(), is(anEmptyMap()));
  }

  @Test
  void boundedInputKeepsTheSameTimesOfAnIdWithRandomTimes() {
    Random random = new Random(19);
    List<TimestampedValue<Application>> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long time = NOON.getMillis() + random.nextLong(100 * DAY.getMillis());
      Applications one = anApplication().at(java.time.Instant.ofEpochMilli(time)).onLine(i + 1);
      all.add(TimestampedValue.of(one.build(), NOON));
      arrives(one, NOON);
    }
    Receiver<Application> sorted = new Receiver<>();
    Collections.shuffle(all, random);
    new KeepFirstSorted<>(
            new KeepFirst.Spec<>(
                Application::requestId, Application::time, Application::origin, DAY))
        .process(KV.of(0, List.of(all)), sorted);

    assertThat(sorted.outputs(), is(out.outputs()));
  }

  @Test
  void aTimeAheadDoesNotRetainTheOthers() {
    arrives(anApplication().id("ahead").afterNoon(java.time.Duration.ofDays(1)), NOON);
    arrives(anApplication().id("a"));
    assertThat(sweep.setting().target(), is(NOON.plus(DAY).plus(QUARTER)));

    fires();

    assertThat(kept.map().keySet().toString(), is("[ahead]"));
  }

  @Test
  void timesSpreadOverManyYearsAreSweptInAtMostAsManySteps() {
    for (int year = 1; year < 10_000; year += 100) {
      String name = "%04d".formatted(year);
      arrives(anApplication().id(name).at(java.time.Instant.parse(name + "-01-01T00:00:00Z")));
    }

    int sweeps = 0;
    while (sweep.isSet()) {
      fires();
      sweeps++;
    }

    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweeps, is(lessThan(101)));
  }

  @Test
  void allStateIsClearedAtTheEndOfTheWindow() {
    window = new IntervalWindow(NOON, Duration.standardHours(1));
    arrives(anApplication());
    assertThat(sweep.setting().target(), is(window.maxTimestamp()));

    fires();

    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweep.isSet(), is(false));
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(
        new KeepFirstSorted<>(
            new KeepFirst.Spec<Application>(
                Application::requestId, Application::time, Application::origin, DAY)));
    SerializableUtils.ensureSerializable(Shards.of(4, Application::requestId));
  }

  private void arrives(Applications application) {
    arrives(application, application.build().time());
  }

  private void arrives(Applications application, Instant timestamp) {
    List<TimestampedValue<Application>> one =
        List.of(TimestampedValue.of(application.build(), timestamp));
    keepFirst.process(KV.of(0, one), window, kept, sweepAt, sweep, out.at(timestamp));
  }

  private void fires() {
    sweep.fire();
    keepFirst.sweep(window, kept, sweepAt, sweep);
  }
}
