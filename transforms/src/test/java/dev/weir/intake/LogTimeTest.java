package dev.weir.intake;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTimeTest {
  private static final long DISORDER = 20;

  private final LogTime log = new LogTime(DISORDER);

  @Test
  void withinTheDisorderEachHasItsOwnTime() {
    assertThat(
        places(1_000, 990, 1_010, 990, 1_005, 1_030, 1_010),
        is(List.of(1_000L, 990L, 1_010L, 990L, 1_005L, 1_030L, 1_010L)));
  }

  @Test
  void whatIsFurtherBehindHasItsPlaceWhereTheLogHadCome() {
    places(1_000, 1_010, 1_010);

    assertThat(places(990, 989, 1), is(List.of(990L, 990L, 990L)));
  }

  @Test
  void aJumpAheadCountsOnceAnotherConfirmsIt() {
    places(1_000, 1_000);

    assertThat(places(2_000, 1_980, 1_979), is(List.of(2_000L, 1_980L, 1_980L)));
  }

  @Test
  void oneWrongTimeMakesNobodyLate() {
    places(1_000, 1_000);

    assertThat(places(9_999_999, 1_001, 990, 1_005), is(List.of(9_999_999L, 1_001L, 990L, 1_005L)));
    assertThat(log.reached(), is(981L));
  }

  @Test
  void aWrongTimeThatIsTheFirstMakesNobodyLate() {
    assertThat(places(9_999_999, 1_000, 990), is(List.of(9_999_999L, 1_000L, 990L)));
  }

  @Test
  void wrongTimesOneByOneMakeNobodyLate() {
    places(1_000, 1_000);

    assertThat(
        places(9_999_999, 1_001, 9_999_999, 1_002, 5_000_000, 1_003),
        is(List.of(9_999_999L, 1_001L, 9_999_999L, 1_002L, 5_000_000L, 1_003L)));
  }

  @Test
  void twoInARowCount() {
    places(1_000, 1_000, 5_000, 5_000);

    assertThat(places(1_001), is(List.of(4_980L)));
  }

  @Test
  void aLateOneAfterAJumpTakesNothingBack() {
    places(1_000, 1_000, 1_015);

    assertThat(places(10, 1_010, 985), is(List.of(980L, 1_010L, 985L)));
  }

  @Test
  void nothingIsKnownBeforeTheFirst() {
    assertThat(log.reached(), is(Long.MIN_VALUE));
    assertThat(log.ahead(), is(Long.MIN_VALUE));

    places(1_000);

    assertThat(log.reached(), is(Long.MIN_VALUE));
    assertThat(log.ahead(), is(1_000L));
  }

  @Test
  void anotherReaderGoesOnWhereOneWas() {
    places(1_000, 1_010, 1_010);
    LogTime other = new LogTime(DISORDER);
    other.reached(log.reached());

    assertThat(other.reached(), is(990L));
    assertThat(other.ahead(), is(1_010L));
    assertThat(other.place(989), is(990L));
    assertThat(other.place(990), is(990L));
    assertThat(other.place(1_100), is(1_100L));
    assertThat(other.reached(), is(990L));
    assertThat(other.place(1_100), is(1_100L));
    assertThat(other.reached(), is(1_080L));
  }

  @Test
  void whatIsReachedNeverGoesBackAndNoPlaceIsBeforeIt() {
    Random random = new Random(13);
    long now = 0;
    long reached = Long.MIN_VALUE;
    for (int i = 0; i < 10_000; i++) {
      now += random.nextInt(10);
      long time = random.nextInt(10) == 0 ? random.nextInt(200_000) : now - random.nextInt(25);

      long place = log.place(time);

      assertThat(place, is(Math.max(time, log.reached())));
      assertThat(place, is(greaterThanOrEqualTo(reached)));
      assertThat(log.reached(), is(greaterThanOrEqualTo(reached)));
      assertThat(log.ahead(), is(greaterThanOrEqualTo(log.reached() + DISORDER)));
      reached = log.reached();
    }
  }

  private List<Long> places(long... times) {
    List<Long> places = new ArrayList<>();
    for (long time : times) {
      places.add(log.place(time));
    }
    return places;
  }
}
