package dev.weir.cdc;

import static dev.weir.cdc.Ticks.NOON;
import static dev.weir.cdc.Ticks.RETENTION;
import static dev.weir.cdc.Ticks.tick;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.card.TrackedCustomer;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** One shard's state and timer, inspected between the calls that a runner would make. */
class TrackArrivedTest {
  private static final Instant START = Instant.ofEpochMilli(NOON.toEpochMilli());
  private static final Duration PAUSE = Duration.standardHours(6);
  private static final long A_DAY = 24 * 60;

  private static final TupleTag<String> OUTCOMES = new TupleTag<>() {};

  private final LiveTracker<ChangeSource, TrackedCustomer, String> live =
      new LiveTracker<>(new Ticks(), TrackedCustomer.class, Routes.to(OUTCOMES));
  private final Entries<String, TrackedCustomer> keys = live.keys;
  private final Entries<String, StaleMark> marks = live.marks;
  private final Value<Integer> markCount = live.markCount;
  private final Value<Long> sweepAt = live.sweepAt;
  private final Alarm sweep = live.sweep;
  private final Receiver<String> out = live.receiver(OUTCOMES);
  private final Receiver<RowChange<StaleRow>> reports = live.receiver(TrackChanges.STALE_ROWS);

  @Test
  void changesOfAKeyAreFollowedInTheOrderOfTheirPositions() {
    arrive(tick("a", 1), tick("a", 3), tick("a", 2), tick("a", 3), tick("b", 2));

    assertThat(outcomes(), contains("a|1001|1", "a|1003|2", "b|1002|1"));
    assertThat(keys.map().get("a").getSource().getLsn(), is(1003L));
  }

  @Test
  void anOutputHasTheTimeOfItsOwnChange() {
    arrive(tick("a", 1), tick("b", 3));

    assertThat(
        out.outputs().stream().map(TimestampedValue::getTimestamp).toList(),
        contains(minutes(1), minutes(3)));
  }

  @Test
  void manyChangesSetOneTimerThatDoesNotHoldTheWatermark() {
    for (int n = 0; n < 1000; n++) {
      arrive(tick("k" + n, 1));
    }

    assertThat(sweep.settings(), hasSize(1));
    assertThat(sweep.setting().target(), is(minutes(1).plus(RETENTION).plus(PAUSE)));
    assertThat(sweep.setting().outputTime(), is((Instant) null));
    assertThat(keys.map(), is(aMapWithSize(1000)));
  }

  @Test
  void afterTheSweepStateAndTimerAreGone() {
    arrive(tick("a", 1), tick("b", 2));

    fires();

    assertThat(keys.map(), is(anEmptyMap()));
    assertThat(sweepAt.read(), is((Long) null));
    assertThat(sweep.isSet(), is(false));
  }

  @Test
  void aKeyThatChangedSinceStaysForTheNextSweep() {
    arrive(tick("a", 1), tick("b", 1));
    arrive(tick("b", 600));

    fires();

    assertThat(keys.map().keySet().toString(), is("[b]"));
    assertThat(sweep.setting().target(), is(minutes(600).plus(RETENTION).plus(PAUSE)));
    fires();
    assertThat(keys.map(), is(anEmptyMap()));
    assertThat(sweep.isSet(), is(false));
  }

  @Test
  void aTimeFarAheadDoesNotRetainOtherKeys() {
    arrive(tick("ahead", 1000 * A_DAY));
    arrive(tick("a", 1));
    assertThat(sweep.setting().target(), is(minutes(1).plus(RETENTION).plus(PAUSE)));

    fires();

    assertThat(keys.map().keySet().toString(), is("[ahead]"));
  }

  @Test
  void aKeyThatIsKeptForEverSetsNoTimer() {
    arrive(tick(Ticks.FOR_EVER, 1));

    assertThat(sweep.isSet(), is(false));
    assertThat(keys.map(), is(aMapWithSize(1)));
  }

  @Test
  void aKeyThatIsKeptForEverOutlivesTheSweepOfTheOthers() {
    arrive(tick(Ticks.FOR_EVER, 1), tick("a", 1));

    fires();

    assertThat(keys.map().keySet().toString(), is("[" + Ticks.FOR_EVER + "]"));
    assertThat(sweep.isSet(), is(false));
    assertThat(sweepAt.read(), is((Long) null));
  }

  @Test
  void aKeyExpiresByTheTimeOfItsNextChangeAndNotByTheSweep() {
    arrive(tick("a", 0), tick("a", A_DAY), tick("b", 0), tick("b", A_DAY + 1));

    assertThat(outcomes(), contains("a|1000|1", "a|2440|2", "b|1000|1", "b|2441|1"));
  }

  @Test
  void anOlderChangeOfAKeyThatIsNotSweptYetIsStillStale() {
    arrive(tick("a", A_DAY), tick("a", 0));

    assertThat(outcomes(), contains("a|2440|1"));
  }

  @Test
  void aRowIsStaleFromAnUnreadableChangeUntilTheNextReadableOne() {
    arrive(tick("a", 1), unreadable("a", 2), tick("b", 2));
    assertThat(reported(), contains("stale ticks a at 2"));
    assertThat(outcomes(), contains("a|1001|1", "b|1002|1"));

    arrive(tick("b", 3), unreadable("a", 4));
    arrive(tick("a", 5), tick("a", 6));

    assertThat(reported(), contains("stale ticks a at 2", "stale ticks a at 4", "fresh ticks a"));
    assertThat(outcomes(), hasItem("a|1005|2"));
    assertThat(marks.map(), is(anEmptyMap()));
    assertThat(markCount.read(), is(0));
  }

  @Test
  void anOldOrRepeatedUnreadableChangeMakesNothingStale() {
    arrive(tick("a", 3), unreadable("a", 2), unreadable("a", 3));
    assertThat(reported(), is(empty()));

    arrive(unreadable("a", 5), unreadable("a", 5), unreadable("a", 4));

    assertThat(reported(), contains("stale ticks a at 5"));
  }

  @Test
  void aChangeBeforeTheUnreadableOneLeavesTheRowStale() {
    arrive(unreadable("a", 5), tick("a", 3), tick("a", 4));

    assertThat(reported(), contains("stale ticks a at 5"));
    assertThat(outcomes(), contains("a|1003|1", "a|1004|2"));
    assertThat(marks.map(), is(aMapWithSize(1)));
  }

  @Test
  void aReadableRepeatOfTheChangeEndsTheStaleness() {
    arrive(tick("a", 1), unreadable("a", 5), tick("a", 5));

    assertThat(reported(), contains("stale ticks a at 5", "fresh ticks a"));
    assertThat(outcomes(), contains("a|1001|1", "a|1005|2"));
  }

  @Test
  void aReportAfterARowExpiredIsLaterThanEarlierReports() {
    arrive(unreadable("a", 1), tick("a", 2));
    fires();
    arrive(unreadable("a", 3 * A_DAY), tick("a", 3 * A_DAY + 1));

    assertPositionsGrow(4);
  }

  @Test
  void eachReportOfARowIsLaterThanTheOneBefore() {
    arrive(unreadable("a", 1), unreadable("a", 2), tick("a", 3), unreadable("a", 4));
    arrive(tick("a", 5));

    assertPositionsGrow(5);
  }

  private void assertPositionsGrow(int count) {
    List<Position> positions =
        reports.outputs().stream().map(report -> report.getValue().position()).toList();
    for (int n = 1; n < positions.size(); n++) {
      assertThat(positions.get(n), is(greaterThan(positions.get(n - 1))));
    }
    assertThat(positions, hasSize(count));
  }

  @Test
  void aReportHasTheTimeOfItsChange() {
    arrive(tick("a", 1), unreadable("a", 2), tick("a", 3));

    assertThat(
        reports.outputs().stream().map(TimestampedValue::getTimestamp).toList(),
        contains(minutes(2), minutes(3)));
  }

  @Test
  void anUnreadableChangeWithAnotherLogsPositionFailsNothing() {
    arrive(
        tick("a", java.time.Duration.ofMinutes(1), 1L << 40),
        unreadable(tick("a", java.time.Duration.ofMinutes(2), 7)));

    assertThat(reported(), contains("stale ticks a at 2"));
  }

  @Test
  void allStateIsClearedAtTheEndOfTheWindow() {
    live.window = new IntervalWindow(START, Duration.standardHours(1));
    arrive(tick("a", 1), tick(Ticks.FOR_EVER, 1));
    assertThat(sweep.setting().target(), is(live.window.maxTimestamp()));

    fires();

    assertThat(keys.map(), is(anEmptyMap()));
    assertThat(sweep.isSet(), is(false));
  }

  private static ChangeSource unreadable(String key, long minutes) {
    return unreadable(tick(key, minutes));
  }

  private static ChangeSource unreadable(ChangeSource change) {
    long minutes =
        java.time.Duration.between(NOON, java.time.Instant.ofEpochMilli(change.getCommitMs()))
            .toMinutes();
    change.setUnreadable(new UnreadableChange("MISSING_FIELD", "at " + minutes));
    return change;
  }

  private static Instant minutes(long minutes) {
    return START.plus(Duration.standardMinutes(minutes));
  }

  private List<String> outcomes() {
    return live.all(OUTCOMES);
  }

  private void arrive(ChangeSource... changes) {
    live.arrive(List.of(changes));
  }

  /** The reports: each with the row, whether it is fresh again, and its time. */
  private List<String> reported() {
    return reports.outputs().stream()
        .map(TimestampedValue::getValue)
        .map(
            change ->
                (change.delete() ? "fresh " : "stale ")
                    + change.row().getSourceTable()
                    + " "
                    + change.row().getRowKey()
                    + (change.delete() ? "" : " " + change.row().getDetail()))
        .toList();
  }

  private void fires() {
    live.fires();
  }
}
