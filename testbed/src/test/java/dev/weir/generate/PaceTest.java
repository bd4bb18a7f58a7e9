package dev.weir.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Clock clock = new Clock();

  @Test
  void turnsComeOnePeriodApart() {
    Pace pace = pace(4);

    assertThat(times(pace, 0, 4), contains(0L, 250L, 500L, 750L));
  }

  @Test
  void lateTurnsFollowAtOnceAfterAPause() {
    Pace pace = pace(4);
    times(pace, 0, 2);
    clock.pause(Duration.ofMillis(600));

    assertThat(times(pace, 2, 4), contains(850L, 850L, 1000L, 1250L));
  }

  @Test
  void aHighRateIsReachedWithFewWaits() {
    Pace pace = pace(5000);
    times(pace, 0, 50_001);

    assertThat(clock.millis(), is(10_000L));
    assertThat(clock.waits, lessThanOrEqualTo(10_000));
  }

  @Test
  void aSlowWakeUpDelaysNoLaterTurn() {
    Pace pace = pace(10);
    clock.oversleep = Duration.ofMillis(30);

    assertThat(times(pace, 0, 4), contains(0L, 130L, 230L, 330L));
  }

  @Test
  void aStopEndsTheWait() {
    Pace pace = pace(0.001);
    pace.await(0, () -> false);

    assertThat(pace.await(1, () -> clock.waits > 0), is(false));
  }

  private Pace pace(double perSecond) {
    return new Pace(perSecond, () -> clock.nanos, clock::sleep);
  }

  private List<Long> times(Pace pace, int from, int count) {
    List<Long> times = new ArrayList<>();
    for (int n = from; n < from + count; n++) {
      assertThat(pace.await(n, () -> false), is(true));
      times.add(clock.millis());
    }
    return times;
  }

  private static final class Clock {
    // As in real life, neither zero nor far from the overflow.
    private static final long START = Long.MAX_VALUE - 1000;
    private long nanos = START;
    private Duration oversleep = Duration.ZERO;
    private int waits;

    private void sleep(long wait) {
      waits++;
      nanos += wait + oversleep.toNanos();
    }

    private void pause(Duration pause) {
      nanos += pause.toNanos();
    }

    private long millis() {
      return (nanos - START) / 1_000_000;
    }
  }
}
