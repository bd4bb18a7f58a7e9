package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class TimeBucketsTest {
  private static final long NOON = Instant.parse("2026-01-05T12:00:00Z").getMillis();
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final int ENTRIES = 100_000;

  /** One span per day for a year, and narrower spans for near times. */
  private static final int MOST_SPANS = 366 + 48 + 2 * 120;

  /** By eight days, two days, hours, minutes, seconds. */
  private static final int MOST_WRITES = 5;

  private final int[] writes = new int[ENTRIES];
  private final Value<OrderFront> front = new Value<>();
  private final Entries<String, List<Entry<Integer>>> chunks =
      new Entries<String, List<Entry<Integer>>>()
          .whenPut(
              list ->
                  list.stream()
                      .filter(entry -> entry.event() != null)
                      .forEach(entry -> writes[entry.event()]++));
  private int mostSpans;

  @Test
  void manyEntriesUseFewSpansAndFewWritesInSmallSteps() {
    passAYear(next -> next);
  }

  @Test
  void manyEntriesUseFewSpansAndFewWritesInLargeSteps() {
    passAYear(next -> next + 3 * DAY + 17 * MINUTE);
  }

  @Test
  void manyEntriesUseFewSpansAndFewWritesInStepsOfAllSizes() {
    Random random = new Random(5);
    passAYear(next -> next + random.nextLong(1L << random.nextInt(1, 31)) / 1_000 * 1_000);
  }

  /** Half of the entries are known from the start, half arrive as time advances. */
  private void passAYear(LongUnaryOperator step) {
    Random random = new Random(3);
    long[] times = random.longs(ENTRIES, NOON, NOON + 365 * DAY).sorted().toArray();
    List<Entry<Integer>> known = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i += 2) {
      known.add(Entry.event(i, times[i]));
    }
    TimeBuckets<Integer> first = new TimeBuckets<>(front, chunks, 4);
    first.add(known);
    save(first);
    int taken = 0;
    int coming = 1;
    while (taken < ENTRIES) {
      TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
      Long wakeAt = waiting.wakeAt();
      long before =
          step.applyAsLong(wakeAt != null ? wakeAt : times[coming] - times[coming] % 1_000);
      List<Entry<Integer>> now = new ArrayList<>();
      List<Entry<Integer>> later = new ArrayList<>();
      for (Entry<Integer> entry : waiting.take(before)) {
        (entry.time() < before ? now : later).add(entry);
      }
      waiting.reached(Math.max(before, waiting.reached()));
      waiting.add(later);
      List<Entry<Integer>> added = new ArrayList<>();
      for (; coming < ENTRIES && times[coming] < before + 30 * DAY; coming += 2) {
        added.add(Entry.event(coming, Math.max(times[coming], before)));
      }
      waiting.add(added);
      save(waiting);
      taken += now.size();
    }
    assertThat(chunks.map(), is(anEmptyMap()));
    assertThat(front.read().getBuckets(), is(empty()));
    int most = 0;
    for (int count : writes) {
      most = Math.max(most, count);
    }
    assertThat(most, is(lessThanOrEqualTo(MOST_WRITES)));
    assertThat(mostSpans, is(lessThanOrEqualTo(MOST_SPANS)));
    assertThat(mostSpans, is(greaterThan(300)));
  }

  private void save(TimeBuckets<Integer> waiting) {
    waiting.save();
    mostSpans = Math.max(mostSpans, front.read().getBuckets().size());
  }

  /** As many as would be in a day's span each, with a front that has all of them. */
  @Test
  void randomTimesUntilTheYear9999UseFewSpansAndFewWrites() {
    long end = Instant.parse("9999-12-31T00:00:00Z").getMillis();
    long[] times = new Random(11).longs(20_000, NOON, end).toArray();
    reached(NOON).save();
    for (int i = 0; i < times.length; i += 10) {
      TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
      List<Entry<Integer>> bundle = new ArrayList<>();
      for (int k = i; k < i + 10; k++) {
        bundle.add(Entry.event(k, times[k]));
      }
      waiting.add(bundle);
      save(waiting);
    }
    assertThat(mostSpans, is(lessThanOrEqualTo(4 * 22)));

    for (int taken = 0; taken < times.length; ) {
      TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
      long before = waiting.wakeAt();
      List<Entry<Integer>> later = new ArrayList<>();
      for (Entry<Integer> entry : waiting.take(before)) {
        if (entry.time() >= before) {
          later.add(entry);
        } else {
          taken++;
        }
      }
      waiting.reached(before);
      waiting.add(later);
      save(waiting);
    }
    int most = 0;
    for (int count : writes) {
      most = Math.max(most, count);
    }
    assertThat(most, is(lessThanOrEqualTo(3 + 11)));
    assertThat(mostSpans, is(lessThanOrEqualTo(4 * 22)));
  }

  @Test
  void randomTimesUseFewSpansBeforeAnyTimeIsReached() {
    long[] times = new Random(11).longs(20_000, 0, 100 * 366 * DAY).toArray();
    for (int i = 0; i < times.length; i += 10) {
      TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
      List<Entry<Integer>> bundle = new ArrayList<>();
      for (int k = i; k < i + 10; k++) {
        bundle.add(Entry.event(k, times[k]));
      }
      waiting.add(bundle);
      save(waiting);
    }

    assertThat(mostSpans, is(lessThanOrEqualTo(402)));
    List<Entry<Integer>> all = new TimeBuckets<>(front, chunks, 4).take(Long.MAX_VALUE);
    assertThat(all.stream().map(Entry::event).sorted().toList(), is(numbers(20_000)));
  }

  @Test
  void theSpansOfAnOlderSavepointAreReadAlongWithNewOnes() {
    reached(NOON).save();
    long start = NOON - NOON % DAY + 30 * DAY;
    front.read().setBuckets(List.of(new Bucket(start, DAY, 1, start + 7)));
    chunks.put(start + "+" + DAY + "/0", List.of(Entry.event(0, start + 7)));

    TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
    waiting.add(List.of(Entry.event(1, start + 8)));
    List<Entry<Integer>> taken = waiting.take(start + DAY);

    assertThat(taken.stream().map(Entry::event).sorted().toList(), is(List.of(0, 1)));
    assertThat(chunks.map(), is(anEmptyMap()));
  }

  @Test
  void aSpanIsASecondNearAndMoreFarAway() {
    TimeBuckets<Integer> waiting = reached(NOON);
    long[] distances = {
      0,
      2 * MINUTE - 1,
      2 * MINUTE,
      2 * HOUR - 1,
      2 * HOUR,
      2 * DAY - 1,
      2 * DAY,
      4 * DAY - 1,
      4 * DAY,
      1_000 * DAY
    };
    List<Long> widths = new ArrayList<>();
    for (long distance : distances) {
      TimeBuckets<Integer> one = reached(NOON);
      one.add(List.of(Entry.event(0, NOON + distance)));
      one.save();
      widths.add(front.read().getBuckets().get(0).getWidth());
      front.clear();
    }

    assertThat(
        widths,
        is(List.of(1_000L, 1_000L, MINUTE, MINUTE, HOUR, HOUR, DAY, DAY, 2 * DAY, 256 * DAY)));
    assertThat(waiting.wakeAt(), is(nullValue()));
  }

  @Test
  void theWakeIsASecondAfterTheFirstSpanBegins() {
    TimeBuckets<Integer> waiting = reached(NOON);
    waiting.add(List.of(Entry.event(0, NOON + 5 * HOUR + 17), Entry.event(1, NOON + 7_999)));
    assertThat(waiting.wakeAt(), is(NOON + 8_000));
    assertThat(waiting.hold(), is(NOON + 7_999));

    waiting.take(NOON + 8_000);

    assertThat(waiting.wakeAt(), is(NOON + 5 * HOUR + 1_000));
    assertThat(waiting.hold(), is(NOON + 5 * HOUR + 17));
  }

  @Test
  void theHoldIsTheEarliestPossibleTimeOfAnOutput() {
    TimeBuckets<Integer> waiting = reached(NOON);
    waiting.add(List.of(Entry.deadline("d", NOON + 5 * MINUTE, NOON + 17)));
    waiting.add(List.of(Entry.event(0, NOON + 4_000)));
    waiting.save();

    assertThat(new TimeBuckets<>(front, chunks, 4).hold(), is(NOON + 17));
  }

  @Test
  void aTimeBefore1970IsInItsSpan() {
    TimeBuckets<Integer> waiting = reached(-10_000);
    waiting.add(List.of(Entry.event(0, -1)));

    assertThat(waiting.wakeAt(), is(0L));
  }

  @Test
  void aLongListIsWrittenInChunksAndReadBackCompletely() {
    TimeBuckets<Integer> waiting = reached(NOON);
    List<Entry<Integer>> many = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      many.add(Entry.event(i, NOON + i % 1_000));
    }
    waiting.add(many.subList(0, 2_001));
    waiting.add(many.subList(2_001, 2_500));
    waiting.save();

    assertThat(
        chunks.map().values().stream().map(List::size).sorted().toList(),
        is(List.of(1, 499, 1_000, 1_000)));
    List<Entry<Integer>> taken = new TimeBuckets<>(front, chunks, 4).take(NOON + 1);
    assertThat(taken.stream().map(Entry::event).sorted().toList(), is(numbers(2_500)));
    assertThat(chunks.map(), is(anEmptyMap()));
  }

  @Test
  void entriesThatAreNotDueAreNotMoved() {
    TimeBuckets<Integer> waiting = reached(NOON);
    waiting.add(List.of(Entry.event(0, NOON + 500), Entry.event(1, NOON + 1_000)));

    assertThat(waiting.take(NOON + 1_000).stream().map(Entry::event).toList(), is(List.of(0)));
    assertThat(writes[1], is(1));
  }

  @Test
  void stateWithADifferentNumberOfShardsIsRefused() {
    reached(NOON).save();

    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> new TimeBuckets<>(front, chunks, 8));

    assertThat(
        refusal.getMessage(),
        is("the state was written with 4 shards; start this job with --shards=4"));
  }

  @Test
  void nothingIsWrittenIfNothingChanged() {
    new TimeBuckets<>(front, chunks, 4).save();

    assertThat(front.read(), is(nullValue()));
  }

  private TimeBuckets<Integer> reached(long time) {
    TimeBuckets<Integer> waiting = new TimeBuckets<>(front, chunks, 4);
    waiting.reached(time);
    return waiting;
  }

  private static List<Integer> numbers(int end) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
