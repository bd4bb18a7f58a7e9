package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.AnyRecordCoder;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** One shard's state and timer, inspected between the calls that a runner would make. */
class ProcessArrivedTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private final LiveOrder<String, String> live =
      new LiveOrder<>(new Echo(), StringUtf8Coder.of(), AnyRecordCoder.of(KeptTimes.class));

  @Test
  void theTimerIsSetForTheNextWholeSecondAndHoldsTheEarliestTime() {
    live.pass(NOON).arrive(List.of(event("a", 1_500), event("b", 1_700)));
    live.pass(NOON.plus(1_999));
    assertThat(live.outputs(), hasSize(0));

    assertThat(live.alarm.setting().target(), is(NOON.plus(2_000)));
    assertThat(live.heldAt(), is(NOON.plus(1_500)));

    live.pass(NOON.plus(2_000));
    assertThat(texts(), contains("a", "b"));
    assertThat(live.isQuiet(), is(true));
  }

  @Test
  void anEarlierEventSetsTheTimerAgainAndALaterOneDoesNot() {
    live.arrive(List.of(event("first", 0))).pass(NOON.plus(1_000));
    live.arrive(List.of(event("a", 5_500)));
    int settings = live.alarm.settings().size();
    live.arrive(List.of(event("b", 7_500)));
    live.arrive(List.of(event("c", 5_600)));
    assertThat(live.alarm.settings(), hasSize(settings));

    live.arrive(List.of(event("d", 5_400)));
    assertThat(live.heldAt(), is(NOON.plus(5_400)));
    live.arrive(List.of(event("e", 3_500)));

    assertThat(live.alarm.setting().target(), is(NOON.plus(4_000)));
    assertThat(live.heldAt(), is(NOON.plus(3_500)));
  }

  @Test
  void anEarlierEventSetsTheTimerEvenIfTimeIsHeldBack() {
    live.pass(NOON).arrive(List.of(event("waits", 100)));
    live.pass(NOON.plus(1_000));
    assertThat(live.heldAt(), is(NOON.plus(100)));

    live.arrive(List.of(event("a", 30_500)));

    assertThat(live.alarm.setting().target(), is(NOON.plus(31_000)));
    assertThat(live.heldAt(), is(NOON.plus(100)));
    live.pass(NOON.plus(31_000));
    assertThat(texts(), contains("waits", "a"));
  }

  @Test
  void aLongJumpFiresTheTimerOnce() {
    List<TimestampedValue<String>> many = new ArrayList<>();
    for (int i = 10; i < 99; i++) {
      many.add(event("e" + i, i * 1_000));
    }
    live.pass(NOON).arrive(many);

    live.pass(NOON.plus(Duration.standardHours(1)));

    assertThat(live.outputs(), hasSize(89));
    assertThat(live.alarm.settings(), hasSize(1));
  }

  @Test
  void timeIsReachedInWholeSeconds() {
    live.pass(NOON).arrive(List.of(event("a", 100)));
    live.pass(NOON.plus(7_777));

    assertThat(live.front.read().getReached(), is(NOON.getMillis() + 7_000));
  }

  @Test
  void anEmptyBundleSetsNoTimer() {
    live.arrive(List.of());

    assertThat(live.isQuiet(), is(true));
  }

  @Test
  void atTheEndOfTimeAllEventsAreProcessedAndNoTimerIsLeft() {
    live.pass(NOON).arrive(List.of(event("waits", 100), event("a", 200)));

    live.pass(BoundedWindow.TIMESTAMP_MAX_VALUE);

    assertThat(texts(), contains("waits", "a", "!waits 100"));
    assertThat(live.isQuiet(), is(true));
  }

  @Test
  void theTimerFiresAtTheEndOfItsWindowAndADrainProcessesTheRest() {
    live.window = new IntervalWindow(NOON, NOON.plus(60_500));
    live.arrive(List.of(event("waits", 100), event("last", 60_400)));
    live.pass(NOON.plus(2_000));
    assertThat(live.alarm.setting().target(), is(live.window.maxTimestamp()));

    live.pass(NOON.plus(60_499));
    assertThat(texts(), contains("waits"));
    assertThat(live.alarm.isSet(), is(false));

    live.end();

    assertThat(texts(), contains("waits", "last", "!waits 100"));
    assertThat(live.isStateGone(), is(true));
  }

  @Test
  void aDrainProcessesAllEventsAndLeavesNothing() {
    live.pass(NOON).arrive(List.of(event("waits", 100), event("a", 200)));

    live.end();

    assertThat(texts(), contains("waits", "a", "!waits 100"));
    assertThat(live.isStateGone(), is(true));
    assertThat(live.front.read(), is(nullValue()));
  }

  @Test
  void pagesAreWrittenBetweenTurnsIfThereAreTooManyInMemory() {
    List<TimestampedValue<String>> three =
        List.of(event("a", 100), event("b", 200), event("c", 300));
    live.arrive(three).pass(NOON.plus(1_000));
    assertThat(live.written(), hasSize(3));

    LiveOrder<String, String> none =
        new LiveOrder<>(new Echo(), StringUtf8Coder.of(), AnyRecordCoder.of(KeptTimes.class), 0);
    none.arrive(three).pass(NOON.plus(1_000));

    assertThat(none.written(), hasSize(1 + 2 + 3));
  }

  private static TimestampedValue<String> event(String text, long afterNoon) {
    return TimestampedValue.of(text, NOON.plus(afterNoon));
  }

  private List<String> texts() {
    return live.outputs().stream().map(TimestampedValue::getValue).toList();
  }

  /** Emits each event; emits {@code waits} once more after ten minutes, with its own time. */
  private static final class Echo implements Rules<String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String entity(String event) {
      return "one";
    }

    @Override
    public int compareAtOneInstant(String first, String second) {
      return first.compareTo(second);
    }

    @Override
    public void next(String event, Turn<String> turn) {
      turn.emit(event, turn.time());
      turn.memory().put("one", event, new KeptTimes(List.of(turn.time()), 1L));
      if (event.equals("waits")) {
        turn.schedule(event, turn.time() + 600_000, turn.time());
      }
    }

    @Override
    public void due(String deadline, Turn<String> turn) {
      long first = turn.memory().get(KeptTimes.class, "one", deadline).getTimes().get(0);
      turn.emit("!" + deadline + " " + (first - NOON.getMillis()), first);
    }
  }
}
