package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTimeTest {
  private static final long DISORDER = 20_000;
  private static final long T = 100_000_000;
  private static final long FAR = T + 10 * LogTime.JUMP;

  private final LogTime log = new LogTime(DISORDER);

  @Test
  void withinTheDisorderEachRecordHasItsOwnTime() {
    begin();

    assertThat(
        places(T - 10, T + 10, T - 19_990, T + 5, T + 30_000, T + 10_000),
        is(List.of(T - 10, T + 10, T - 19_990, T + 5, T + 30_000, T + 10_000)));
  }

  @Test
  void aRecordFurtherBehindIsPlacedWhereTheLogWas() {
    begin();

    assertThat(places(T - 20_000, T - 20_001, 1), is(List.of(T - 20_000, T - 20_000, T - 20_000)));
  }

  @Test
  void aJumpOfUpToTenMinutesIsAcceptedAtOnce() {
    begin();

    long jumped = T + LogTime.JUMP;
    assertThat(places(jumped, T), is(List.of(jumped, jumped - DISORDER)));
  }

  @Test
  void aLongerJumpIsAcceptedOnceTheNextRecordConfirmsIt() {
    begin();
    long jumped = T + LogTime.JUMP + 1;

    assertThat(places(jumped), is(List.of(jumped)));
    assertThat(log.reached(), is(T - DISORDER));
    assertThat(places(jumped - DISORDER), is(List.of(jumped - DISORDER)));
    assertThat(log.reached(), is(jumped - DISORDER));
    assertThat(places(jumped - DISORDER - 1), is(List.of(jumped - DISORDER)));
  }

  @Test
  void aRecordFurtherBehindOrAheadConfirmsNothing() {
    begin();

    places(FAR, FAR - DISORDER - 1);
    assertThat(log.reached(), is(T - DISORDER));
    places(FAR + LogTime.JUMP);
    assertThat(log.reached(), is(T - DISORDER));
  }

  @Test
  void oneWrongTimeMakesNoOtherRecordLate() {
    begin();

    assertThat(places(FAR, T + 1, T - 10, FAR), is(List.of(FAR, T + 1, T - 10, FAR)));
    assertThat(log.reached(), is(T + 1 - DISORDER));
  }

  @Test
  void aWrongFirstTimeMakesNoOtherRecordLate() {
    assertThat(places(FAR, T, T - 10), is(List.of(FAR, T, T - 10)));
  }

  @Test
  void isolatedWrongTimesMakeNoOtherRecordLate() {
    begin();

    assertThat(
        places(FAR, T + 1, FAR, T + 2, 2 * FAR, T + 3),
        is(List.of(FAR, T + 1, FAR, T + 2, 2 * FAR, T + 3)));
  }

  @Test
  void alternatingFreshAndLateRecordsAreRecognised() {
    begin();

    assertThat(
        places(T + 60_000, T, T + 61_000, T + 1, T + 62_000),
        is(List.of(T + 60_000, T + 40_000, T + 61_000, T + 41_000, T + 62_000)));
  }

  @Test
  void theSameTimeAgainConfirmsNothing() {
    begin();

    assertThat(places(FAR, FAR, FAR, T + 1), is(List.of(FAR, FAR, FAR, T + 1)));
  }

  @Test
  void nothingIsKnownBeforeTheFirstIsConfirmed() {
    assertThat(log.reached(), is(Long.MIN_VALUE));

    places(T);
    assertThat(log.reached(), is(Long.MIN_VALUE));

    places(T + 5);
    assertThat(log.reached(), is(T + 5 - DISORDER));
  }

  @Test
  void anotherReaderContinuesWhereTheFirstWas() {
    begin();
    places(T + 10);
    LogTime other = new LogTime(DISORDER);
    other.reached(log.reached());

    assertThat(other.reached(), is(T + 10 - DISORDER));
    assertThat(other.place(T - DISORDER), is(T + 10 - DISORDER));
    assertThat(other.place(T + 100), is(T + 100));
    assertThat(other.reached(), is(T + 100 - DISORDER));
  }

  @Test
  void theReachedTimeNeverMovesBackAndNoPlaceIsBeforeIt() {
    Random random = new Random(13);
    long now = T;
    long reached = Long.MIN_VALUE;
    for (int i = 0; i < 10_000; i++) {
      now += random.nextInt(10_000);
      long wrong = (long) (random.nextDouble() * FAR);
      long time = random.nextInt(10) == 0 ? wrong : now - random.nextInt(25_000);

      long place = log.place(time);

      assertThat(place, is(Math.max(time, log.reached())));
      assertThat(place, is(greaterThanOrEqualTo(reached)));
      assertThat(log.reached(), is(greaterThanOrEqualTo(reached)));
      reached = log.reached();
    }
  }

  private void begin() {
    places(T - 1, T);
  }

  private List<Long> places(long... times) {
    List<Long> places = new ArrayList<>();
    for (long time : times) {
      places.add(log.place(time));
    }
    return places;
  }
}
