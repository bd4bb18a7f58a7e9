package dev.weir.dedup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplicateRuleTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration DAY = Duration.standardHours(24);
  private static final long DAY_MILLIS = DAY.getMillis();

  @Test
  void theFirstIsKept() {
    KeptTimes kept = DuplicateRule.judge(null, NOON, NOON, DAY);

    assertThat(kept, is(new KeptTimes(List.of(NOON.getMillis()), NOON.plus(DAY).getMillis())));
  }

  @ParameterizedTest
  @CsvSource({
    "0,true",
    "1,true",
    "-1,true",
    "86399999,true",
    "86400000,true",
    "-86400000,true",
    "86400001,false",
    "-86400001,false",
  })
  void theBoundItselfIsWithin(long millis, boolean duplicate) {
    KeptTimes kept = DuplicateRule.judge(null, NOON, NOON, DAY);

    KeptTimes then = DuplicateRule.judge(kept, NOON.plus(millis), NOON, DAY);

    assertThat(then == null, is(duplicate));
  }

  @Test
  void eachKeptTimeIsCompared() {
    KeptTimes kept = DuplicateRule.judge(null, NOON, NOON, DAY);
    kept = DuplicateRule.judge(kept, NOON.plus(3 * DAY_MILLIS), NOON, DAY);

    assertThat(kept.getTimes(), contains(NOON.getMillis(), NOON.getMillis() + 3 * DAY_MILLIS));
    assertThat(DuplicateRule.judge(kept, NOON.plus(DAY), NOON, DAY) == null, is(true));
    assertThat(DuplicateRule.judge(kept, NOON.plus(2 * DAY_MILLIS), NOON, DAY) == null, is(true));
  }

  @Test
  void aTimeIsKeptUntilBothClocksArePastTheWindow() {
    Instant later = NOON.plus(5);

    assertThat(
        DuplicateRule.judge(null, NOON, later, DAY).getUntil(), is(later.plus(DAY).getMillis()));
    assertThat(
        DuplicateRule.judge(null, later, NOON, DAY).getUntil(), is(later.plus(DAY).getMillis()));
  }

  @Test
  void aTimeFarAheadOfTheStreamIsNotKeptUntilItIsReached() {
    Instant far = Instant.parse("9892-01-01T00:00:00Z");
    long twice = NOON.getMillis() + 2 * DAY_MILLIS;

    assertThat(DuplicateRule.judge(null, NOON.plus(DAY), NOON, DAY).getUntil(), is(twice));
    assertThat(DuplicateRule.judge(null, far, NOON, DAY).getUntil(), is(twice));
  }

  @Test
  void aTimeKeptForCenturiesByAnEarlierVersionIsCutAtTheNextElementOfTheId() {
    List<Long> times = new ArrayList<>();
    for (int day = 0; day < 20_000; day++) {
      times.add(NOON.getMillis() + 2 * day * DAY_MILLIS);
    }
    KeptTimes before = new KeptTimes(times, times.get(19_999) + DAY_MILLIS);

    KeptTimes now = DuplicateRule.judge(before, NOON.minus(2 * DAY_MILLIS), NOON, DAY);

    assertThat(now.getTimes(), hasSize(DuplicateRule.MOST));
    assertThat(now.getUntil(), is(NOON.getMillis() + 2 * DAY_MILLIS));
  }

  @Test
  void aboveTheMaximumTheOldestKeptTimeIsDropped() {
    KeptTimes kept = null;
    for (int i = 0; i < DuplicateRule.MOST; i++) {
      kept = DuplicateRule.judge(kept, NOON.plus(2 * i * DAY_MILLIS), NOON, DAY);
    }
    assertThat(DuplicateRule.isFull(kept), is(true));
    assertThat(DuplicateRule.judge(kept, NOON, NOON, DAY) == null, is(true));

    kept = DuplicateRule.judge(kept, NOON.minus(2 * DAY_MILLIS), NOON, DAY);

    assertThat(kept.getTimes(), hasSize(DuplicateRule.MOST));
    assertThat(DuplicateRule.judge(kept, NOON.plus(2 * DAY_MILLIS), NOON, DAY) == null, is(true));
    assertThat(DuplicateRule.judge(kept, NOON, NOON, DAY) == null, is(false));
  }
}
