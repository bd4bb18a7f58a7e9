package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.AnyRecordCoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random events under rules that set random deadlines: whatever the order of arrival, the bundles,
 * the steps of time and the number of pages in memory, the outputs are the same as when all events
 * are available at once.
 */
class AnyArrivalTest {
  private static final Instant START = Instant.parse("2026-01-05T12:00:00.250Z");
  private static final Duration LONGEST = Duration.standardDays(1_500);

  static int[] seeds() {
    return new Random(11).ints(200).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRunDoesTheSame(int seed) {
    Random random = new Random(seed);
    List<TimestampedValue<String>> events = events(random);
    LiveOrder<String, String> live =
        new LiveOrder<>(
            new Whims(),
            StringUtf8Coder.of(),
            AnyRecordCoder.of(KeptTimes.class, OrderFront.class),
            random.nextBoolean() ? StateMemory.MOST_OPEN : random.nextInt(6));

    long now = arriveSomehow(live, events, random);
    for (int steps = random.nextInt(20); steps > 0; steps--) {
      now = Math.max(now, START.getMillis()) + random.nextLong(1L << random.nextInt(1, 33));
      live.pass(Instant.ofEpochMilli(now));
    }
    boolean ends = random.nextInt(4) == 0;
    if (ends) {
      live.end();
    } else {
      live.pass(START.plus(LONGEST));
    }

    Collections.shuffle(events, random);
    List<TimestampedValue<String>> drained =
        LiveOrder.drained(new Whims(), bundles(events, random));
    assertThat(live.outputs(), is(drained));
    assertThat(drained.size(), greaterThan(events.size()));
    if (ends) {
      assertThat(live.isStateGone(), is(true));
    } else {
      assertThat(live.isQuiet(), is(true));
      assertThat(live.remembered(), everyItem(endsWith(" KeptTimes/count")));
    }
  }

  private static List<TimestampedValue<String>> events(Random random) {
    long[] spreads = {3_000, 600_000, 18_000_000, 20L * 24 * 3_600_000};
    long spread = spreads[random.nextInt(spreads.length)];
    int entities = 1 + random.nextInt(5);
    List<TimestampedValue<String>> events = new ArrayList<>();
    for (int number = 10; number < 60; number++) {
      long time = START.getMillis() + random.nextLong(spread);
      switch (random.nextInt(4)) {
        case 0 -> time -= time % 1_000;
        case 1 ->
            time = events.isEmpty() ? time : events.get(0).getTimestamp().getMillis(); // a tie
        default -> {}
      }
      String event = (char) ('a' + random.nextInt(entities)) + " event " + number;
      events.add(TimestampedValue.of(event, Instant.ofEpochMilli(time)));
    }
    return events;
  }

  /** Delivers each event before event time has passed it. Returns the event time reached. */
  private static long arriveSomehow(
      LiveOrder<String, String> live, List<TimestampedValue<String>> events, Random random) {
    long jitter = new long[] {1, 5_000, 7_200_000, Long.MAX_VALUE / 4}[random.nextInt(4)];
    List<TimestampedValue<String>> coming = new ArrayList<>(events);
    Collections.shuffle(coming, random);
    List<Long> places = new ArrayList<>();
    for (TimestampedValue<String> event : coming) {
      places.add(event.getTimestamp().getMillis() + random.nextLong(jitter));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < coming.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(places::get));
    coming = new ArrayList<>(order.stream().map(coming::get).toList());
    long now = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
    while (!coming.isEmpty()) {
      long passable =
          coming.stream().mapToLong(e -> e.getTimestamp().getMillis()).min().getAsLong();
      switch (random.nextInt(6)) {
        case 0 -> now = Math.max(now, passable);
        case 1 -> now = Math.max(now, Math.min(passable, now + random.nextLong(2_000)));
        case 2 -> {
          long from = Math.max(now, START.getMillis() - 1_000);
          now = from < passable ? from + random.nextLong(passable - from) : now;
        }
        default -> {}
      }
      live.pass(Instant.ofEpochMilli(now));
      int size = Math.min(coming.size(), random.nextInt(6));
      List<TimestampedValue<String>> bundle = coming.subList(0, size);
      live.arrive(List.copyOf(bundle));
      bundle.clear();
    }
    return now;
  }

  private static List<List<TimestampedValue<String>>> bundles(
      List<TimestampedValue<String>> events, Random random) {
    List<List<TimestampedValue<String>>> bundles = new ArrayList<>();
    for (int from = 0; from < events.size(); ) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(20));
      bundles.add(List.copyOf(events.subList(from, to)));
      from = to;
    }
    return bundles;
  }

  /**
   * Sets deadlines near and far, and in chains; each output depends on earlier events. A deadline
   * is {@code entity text generation earliest}.
   */
  private static final class Whims implements Rules<String, String> {
    private static final long serialVersionUID = 1L;
    private static final long[] WAITS = {
      -5_000, 0, 1, 500, 750, 1_000, 61_000, 125_000, 3_600_000, 2 * 86_400_000L, 40 * 86_400_000L
    };

    @Override
    public String entity(String event) {
      return event.substring(0, 1);
    }

    @Override
    public int compareAtOneInstant(String first, String second) {
      return first.compareTo(second);
    }

    @Override
    public void next(String event, Turn<String> turn) {
      play(event, entity(event), 0, turn.time(), turn);
    }

    @Override
    public void due(String deadline, Turn<String> turn) {
      String[] parts = deadline.split(" ");
      String entity = parts[0];
      if (parts[1].equals("forget")) {
        turn.memory().remove(OrderFront.class, entity, "last");
      } else {
        play(deadline, entity, Integer.parseInt(parts[2]), Long.parseLong(parts[3]), turn);
      }
    }

    private static void play(
        String what, String entity, int generation, long earliest, Turn<String> turn) {
      KeptTimes count = turn.memory().get(KeptTimes.class, entity, "count");
      long turns = count == null ? 1 : count.getUntil() + 1;
      turn.memory().put(entity, "count", new KeptTimes(List.of(turn.time()), turns));
      OrderFront last = turn.memory().get(OrderFront.class, entity, "last");
      long lastTurn = last == null ? -1 : last.getReached();
      turn.memory().put(entity, "last", new OrderFront(4, turn.time(), null, null, List.of()));
      KeptTimes brief = turn.memory().get(KeptTimes.class, entity, "brief " + turns % 3);
      Random whim = new Random(what.hashCode() * 31L + turns);
      turn.schedule(entity + " forget", turn.time() + WAITS[whim.nextInt(WAITS.length)]);
      turn.memory()
          .put(
              entity,
              "brief " + turns % 3,
              new KeptTimes(List.of(turn.time()), turns),
              turn.time() + WAITS[whim.nextInt(WAITS.length)]);
      // As early as announced.
      turn.emit(
          what + ", turn " + turns + " at " + turn.time() + " after " + lastTurn + " and " + brief,
          earliest);
      turn.count("turns");
      int deadlines = generation >= 3 ? 0 : whim.nextInt(3);
      for (int number = 0; number < deadlines; number++) {
        long at = turn.time() + WAITS[whim.nextInt(WAITS.length)];
        String deadline = entity + " due" + number + " " + (generation + 1) + " ";
        if (whim.nextBoolean()) {
          turn.schedule(deadline + earliest, at, earliest);
        } else {
          turn.schedule(deadline + Math.max(at, turn.time()), at);
        }
      }
    }
  }
}
