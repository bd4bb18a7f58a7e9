package dev.weir.spend;

import static dev.weir.spend.Changes.NOON;
import static dev.weir.spend.Changes.spent;
import static dev.weir.spend.Changes.takenBack;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import dev.weir.changelog.RowChange;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.junit.jupiter.api.Test;

/** When the rows of one account are emitted, and which state remains. */
class MeasureArrivedTest {
  private static final WindowType MINUTE =
      new WindowType("MIN", Duration.ofMinutes(1), Duration.ofSeconds(30));
  private static final WindowType HOUR = WindowType.tumbling("HOUR", Duration.ofHours(1));

  private final Live live = new Live(List.of(MINUTE, HOUR), Duration.ofDays(10));

  @Test
  void aRowIsEmittedWhenEventTimePassesTheEndOfItsWindow() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10)));
    assertThat(live.newRows(), is(empty()));

    live.passes(Duration.ofMillis(29_999));
    assertThat(live.newRows(), is(empty()));
    live.passes(seconds(30));
    assertThat(live.newRows(), contains("MIN 11:59:30 1 10.00"));
    live.passes(seconds(60));
    assertThat(live.newRows(), contains("MIN 12:00 1 10.00"));
    live.passes(Duration.ofMinutes(60));
    assertThat(live.newRows(), contains("HOUR 12:00 1 10.00"));
  }

  @Test
  void aWindowIncludesItsStartAndNotItsEnd() {
    live.passes(NOON)
        .arrives(spent("1.00").at(seconds(0)), spent("2.00").at(Duration.ofMillis(29_999)))
        .arrives(spent("4.00").at(seconds(30)))
        .passes(seconds(30));

    assertThat(live.newRows(), contains("MIN 11:59:30 2 3.00"));
  }

  @Test
  void rowsOfATimerHaveTheTimersTime() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10))).passes(seconds(30));

    assertThat(live.timedRows().get(0).getTimestamp().getMillis(), is(millis(seconds(30))));
    assertThat(live.rows().get(0).position().major(), is(millis(seconds(30)) * 1000));
  }

  @Test
  void aWindowThatHasEndedIsEmittedAtOnce() {
    live.passes(Duration.ofMinutes(90)).arrives(spent("10.00").committed(Duration.ofMinutes(91)));

    assertThat(
        live.newRows(),
        containsInAnyOrder("MIN 11:59:30 1 10.00", "MIN 12:00 1 10.00", "HOUR 12:00 1 10.00"));
    assertThat(
        live.timedRows().stream().map(row -> row.getTimestamp().getMillis()).toList(),
        everyItem(is(millis(Duration.ofMinutes(91)))));
    assertThat(live.rows().get(0).position().major(), is(millis(Duration.ofMinutes(91)) * 1000));
  }

  @Test
  void aLateChangeCorrectsTheWindowsThatHaveEndedAndNoOthers() {
    live.passes(NOON)
        .arrives(spent("10.00").at(seconds(10)))
        .passes(Duration.ofMinutes(10))
        .newRows();

    live.arrives(spent("5.00").at(seconds(40)).committed(Duration.ofMinutes(10)));

    assertThat(live.newRows(), containsInAnyOrder("MIN 12:00 2 15.00", "MIN 12:00:30 1 5.00"));
    live.passes(Duration.ofMinutes(60));
    assertThat(live.newRows(), contains("HOUR 12:00 2 15.00"));
  }

  @Test
  void aWindowThatBecomesEmptyIsDeleted() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10))).passes(Duration.ofHours(2)).newRows();

    live.arrives(takenBack("10.00").at(seconds(10)).committed(Duration.ofHours(2)));

    assertThat(
        live.newRows(),
        containsInAnyOrder("MIN 11:59:30 gone", "MIN 12:00 gone", "HOUR 12:00 gone"));
    assertThat(live.amounts.map(), is(anEmptyMap()));
    assertThat(live.tree.map(), is(anEmptyMap()));
  }

  /** An aborted run may have emitted the row, which the state of this run does not contain. */
  @Test
  void anAmountTakenBackAfterItsWindowEndedIsDeletedBeforeTheWindowEndsHere() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10)));

    live.arrives(takenBack("10.00").at(seconds(10)).committed(seconds(35)));

    assertThat(live.newRows(), contains("MIN 11:59:30 gone"));
    live.passes(Duration.ofHours(2));
    assertThat(live.newRows(), is(empty()));
  }

  @Test
  void aWindowWithOtherAmountsIsNotDeleted() {
    live.passes(NOON)
        .arrives(spent("10.00").at(seconds(10)), spent("1.00").at(seconds(20)))
        .arrives(takenBack("10.00").at(seconds(10)).committed(seconds(35)));

    assertThat(live.newRows(), is(empty()));
    live.passes(seconds(30));
    assertThat(live.newRows(), contains("MIN 11:59:30 1 1.00"));
  }

  @Test
  void anEmptyWindowIsNotEmittedAtAll() {
    live.passes(NOON)
        .arrives(spent("10.00").at(seconds(10)), takenBack("10.00").at(seconds(10)))
        .passes(Duration.ofHours(2));

    assertThat(live.newRows(), is(empty()));
  }

  @Test
  void anAmountTakenBackBeforeItIsAddedIsNotVisible() {
    live.passes(NOON)
        .arrives(spent("10.00").at(seconds(10)), takenBack("3.00").at(seconds(10)))
        .passes(Duration.ofHours(2));
    assertThat(
        live.newRows(),
        contains("MIN 11:59:30 1 10.00", "MIN 12:00 1 10.00", "HOUR 12:00 1 10.00"));

    live.arrives(spent("3.00").at(seconds(10)).committed(Duration.ofHours(2)));
    assertThat(live.newRows(), is(empty()));
    live.arrives(spent("3.00").at(seconds(10)).committed(Duration.ofHours(2)));
    assertThat(
        live.newRows(),
        containsInAnyOrder("MIN 11:59:30 2 13.00", "MIN 12:00 2 13.00", "HOUR 12:00 2 13.00"));
  }

  @Test
  void theExtremesAreExactWhenOneOfThemIsTakenBack() {
    live.passes(NOON)
        .arrives(spent("10.00"), spent("-3.00"), spent("3.00"), spent("0.00"))
        .passes(seconds(60))
        .arrives(takenBack("10.00"), takenBack("-3.00"));

    SpendMetrics row = live.rows().get(live.rows().size() - 1).row();
    assertThat(row.getMinAmount().toPlainString(), is("0.00"));
    assertThat(row.getMaxAmount().toPlainString(), is("3.00"));
    assertThat(row.getAvgAmount().toPlainString(), is("1.50"));
  }

  @Test
  void theAverageIsRoundedHalfUp() {
    live.passes(NOON).arrives(spent("0.01"), spent("0.00")).passes(seconds(30));

    assertThat(live.rows().get(0).row().getAvgAmount().toPlainString(), is("0.01"));
  }

  @Test
  void aTransactionFarAheadIsWaitedForWithoutTimersInBetween() {
    live.passes(NOON)
        .arrives(spent("10.00").at(seconds(10)), spent("1.00").at(Duration.ofDays(3000)));
    live.passes(Duration.ofDays(2999));
    assertThat(live.alarm.settings(), hasSize(lessThan(10)));
    live.newRows();

    live.passes(Duration.ofDays(3001));

    assertThat(
        live.newRows(), contains("MIN 11:59:30 1 1.00", "MIN 12:00 1 1.00", "HOUR 12:00 1 1.00"));
    assertThat(live.alarm.settings(), hasSize(lessThan(15)));
  }

  @Test
  void aTransactionFarAheadDoesNotKeepTheOthersInState() {
    live.passes(NOON)
        .arrives(spent("1.00").at(Duration.ofDays(3000)), spent("10.00").at(seconds(10)))
        .passes(Duration.ofDays(20));

    assertThat(live.amounts.map(), is(aMapWithSize(1)));
    assertThat(live.tree.map(), is(anEmptyMap()));
  }

  @Test
  void manyTransactionsOfOnePaneWriteTheFrontAndTheTimerOnce() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10)));
    Front front = live.front.read();
    for (int i = 0; i < 100; i++) {
      live.arrives(spent("1.00").at(seconds(11)));
    }

    assertThat(live.alarm.settings(), hasSize(1));
    assertThat(live.front.read().through(), is(front.through()));
    assertThat(live.amounts.map(), is(aMapWithSize(1)));
    assertThat(live.tree.map(), is(anEmptyMap()));
  }

  @Test
  void anIdleAccountHasNoState() {
    live.passes(NOON);
    for (int minute = 0; minute < 600; minute++) {
      live.arrives(spent("10.00").at(Duration.ofMinutes(minute)));
      live.passes(Duration.ofMinutes(minute));
    }
    // Retention, longest window and slack; then a quarter of the first and the last.
    Duration kept = Duration.ofDays(11).plusHours(1);

    live.passes(kept);
    assertThat(live.amounts.map(), is(aMapWithSize(600)));
    live.passes(kept.plusHours(10).plusDays(3));

    assertThat(live.isStateGone(), is(true));
  }

  @Test
  void anActiveAccountKeepsOnlyStateThatCanStillChange() {
    live.passes(NOON);
    for (int hour = 0; hour < 24 * 60; hour++) {
      live.arrives(spent("10.00").at(Duration.ofHours(hour)));
      live.passes(Duration.ofHours(hour));
    }

    assertThat(live.amounts.map().size(), is(lessThan(24 * 15)));
    assertThat(live.tree.map().size(), is(lessThan(24 * 15 * 2)));
  }

  @Test
  void aCorrectionWithinTheRetentionIsExactAfterStateExpired() {
    live.passes(NOON);
    for (int hour = 0; hour < 24 * 40; hour++) {
      Duration now = Duration.ofHours(hour);
      live.arrives(spent("10.00").at(now));
      live.passes(now);
      if (hour > 24 * 30) {
        live.newRows();
        live.arrives(spent("1.00").at(now.minusDays(10)).committed(now));
        assertThat(
            live.newRows().stream().map(row -> row.replaceAll("\\d+:\\d+[:\\d]* ", "")).toList(),
            containsInAnyOrder("MIN 2 11.00", "MIN 2 11.00", "HOUR 2 11.00"));
      }
    }
  }

  @Test
  void aChangeBeyondRetentionAndSlackChangesNothing() {
    live.passes(NOON.plus(Duration.ofDays(11)).plusSeconds(30));

    live.arrives(spent("1.00").committed(Duration.ofDays(11)));

    assertThat(live.newRows(), is(empty()));
    assertThat(live.isStateGone(), is(true));
    live.arrives(spent("1.00").at(seconds(30)).committed(Duration.ofDays(11)));
    assertThat(live.newRows(), is(not(empty())));
  }

  @Test
  void atTheEndOfTheStreamAllWindowsAreEmittedAndNothingIsLeft() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10)), spent("1.00").at(Duration.ofDays(9)));

    live.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);

    assertThat(
        live.newRows(),
        containsInAnyOrder(
            "MIN 11:59:30 1 10.00",
            "MIN 12:00 1 10.00",
            "HOUR 12:00 1 10.00",
            "MIN 11:59:30 1 1.00",
            "MIN 12:00 1 1.00",
            "HOUR 12:00 1 1.00"));
    assertThat(live.isStateGone(), is(true));
  }

  @Test
  void aTimeAtTheEndOfTimeIsEmittedAtTheEndOfTheStream() {
    Changes last = spent("10.00").at(Duration.ofMillis(millisToTheEnd()));
    live.passes(NOON).arrives(last);
    assertThat(
        live.alarm.setting().target().isAfter(GlobalWindow.INSTANCE.maxTimestamp()), is(false));

    live.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);

    assertThat(live.rows(), hasSize(3));
    assertThat(live.isStateGone(), is(true));
  }

  @Test
  void anOutdatedTimerDoesNothing() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10)));

    live.fires();

    assertThat(live.newRows(), is(empty()));
    assertThat(live.alarm.isSet(), is(true));
    assertThat(live.alarm.setting().target().getMillis(), is(millis(seconds(30))));
  }

  @Test
  void anEarlierWindowSetsTheTimerEarlier() {
    live.passes(NOON).arrives(spent("10.00").at(Duration.ofMinutes(10)));
    live.arrives(spent("10.00").at(seconds(10)));

    assertThat(live.alarm.setting().target().getMillis(), is(millis(seconds(30))));
  }

  @Test
  void revisionsOfAWindowGrowRegardlessOfTheAgeOfTheCommit() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10))).passes(Duration.ofHours(2));

    live.arrives(spent("1.00").at(seconds(10)).committed(Duration.ofMinutes(-5)));

    List<Long> revisions =
        live.rows().stream()
            .filter(row -> row.row().getWindowType().equals("HOUR"))
            .map(RowChange::position)
            .map(position -> position.major())
            .toList();
    assertThat(revisions, hasSize(2));
    assertThat(revisions.get(1), is(greaterThanOrEqualTo(revisions.get(0) + 1)));
  }

  @Test
  void afterStateExpiredRevisionsContinueFromEventTime() {
    live.passes(NOON).arrives(spent("10.00").at(seconds(10))).passes(Duration.ofDays(20));
    assertThat(live.isStateGone(), is(true));
    live.newRows();

    live.arrives(
        spent("1.00").at(Duration.ofDays(20).minusHours(5)).committed(Duration.ofDays(20)));

    assertThat(live.newRows(), hasSize(3));
    assertThat(live.rows().get(3).position().major(), is(millis(Duration.ofDays(20)) * 1000));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static long millis(Duration afterNoon) {
    return NOON.plus(afterNoon).toEpochMilli();
  }

  private static long millisToTheEnd() {
    return BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis() - NOON.toEpochMilli();
  }
}
