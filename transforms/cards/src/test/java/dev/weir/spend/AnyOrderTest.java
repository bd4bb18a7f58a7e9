package dev.weir.spend;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.RowChange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of one account, compared with the simplest possible computation: at any moment
 * the last rows are those of all windows that have ended, and in the end those of all windows.
 */
class AnyOrderTest {
  private static final long START = Instant.parse("2026-01-05T12:00:00Z").toEpochMilli();

  static Stream<Arguments> lives() {
    Map<List<WindowType>, Integer> sets = new HashMap<>();
    sets.put(WindowType.standard(), 80);
    sets.put(List.of(minutes("DAY_BY_MINUTE", 1440, 1)), 2);
    sets.put(List.of(minutes("TWO_HOURS_BY_MINUTE", 120, 1)), 20);
    sets.put(List.of(minutes("SEVEN_BY_THREE", 7, 3)), 40);
    sets.put(List.of(minutes("SEVEN_BY_THREE", 7, 3), minutes("TWO", 2, 2)), 30);
    sets.put(List.of(minutes("TEN", 10, 10)), 20);
    sets.put(List.of(minutes("LONG_BY_LONG", 4321, 997), minutes("HOUR", 60, 20)), 10);
    return sets.entrySet().stream()
        .flatMap(
            set ->
                new Random(7)
                    .ints(set.getValue())
                    .mapToObj(seed -> Arguments.of(set.getKey(), seed)));
  }

  static WindowType minutes(String name, int length, int slide) {
    return new WindowType(name, Duration.ofMinutes(length), Duration.ofMinutes(slide));
  }

  @ParameterizedTest
  @MethodSource("lives")
  void theLastRowsAreExactAtAnyMoment(List<WindowType> types, int seed) {
    Random random = new Random(seed);
    Live live = new Live(types, Duration.ofDays(10));
    long spread = Duration.ofMinutes(new int[] {5, 90, 3000}[random.nextInt(3)]).toMillis();
    Map<Long, Map<Long, Long>> net = new TreeMap<>();
    long now = START - 1 - random.nextInt(100_000);
    if (random.nextBoolean()) {
      now = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
    } else {
      live.passes(Instant.ofEpochMilli(now));
    }
    for (SpendChange change : changes(random, spread)) {
      if (random.nextInt(3) == 0) {
        now = Math.max(now, START - spread / 4) + random.nextLong(spread / 8);
        live.passes(Instant.ofEpochMilli(now));
      }
      change.setCommitMs(Math.max(now, START));
      live.arrives(change);
      net.computeIfAbsent(change.getTimestamp(), t -> new HashMap<>())
          .merge(change.getCents(), (long) change.getCount(), Long::sum);
      if (random.nextInt(10) == 0) {
        assertThat(Row.last(live.rows()), is(rows(types, net, paneEnd(types, now))));
      }
    }
    if (random.nextBoolean()) {
      now = START + 2 * spread + Duration.ofDays(8).toMillis();
      live.passes(Instant.ofEpochMilli(now));
    } else {
      live.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);
      assertThat(live.isStateGone(), is(true));
    }

    assertThat(Row.last(live.rows()), is(rows(types, net, Long.MAX_VALUE)));
    eachRowIsNewsAndHigherThanTheLast(live.rows());
  }

  /**
   * The changes of 60 transactions: all are added, half of them corrected or deleted, in almost any
   * order.
   */
  private static List<SpendChange> changes(Random random, long spread) {
    List<List<SpendChange>> lives = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<SpendChange> life = new ArrayList<>();
      long time = START + random.nextLong(spread) / (random.nextBoolean() ? 1 : 50);
      long cents = random.nextInt(7) * 100L - 100;
      life.add(change(time, cents, 1));
      while (random.nextInt(2) == 0) {
        life.add(change(time, cents, -1));
        if (random.nextBoolean()) {
          break;
        }
        cents = random.nextInt(100_000);
        time = random.nextBoolean() ? time : START + random.nextLong(spread);
        life.add(change(time, cents, 1));
      }
      if (random.nextInt(3) == 0) {
        Collections.shuffle(life, random);
      }
      lives.add(life);
    }
    List<SpendChange> all = new ArrayList<>();
    while (!lives.isEmpty()) {
      List<SpendChange> life = lives.get(random.nextInt(Math.min(8, lives.size())));
      all.add(life.remove(0));
      lives.removeIf(List::isEmpty);
    }
    return all;
  }

  private static SpendChange change(long time, long cents, int count) {
    return new SpendChange("ACC1", "USD", time, cents, count, 0L);
  }

  /**
   * Rows of windows that have ended by then; an amount that was retracted too early does not count.
   */
  static Map<Row.Key, Row> rows(
      List<WindowType> types, Map<Long, Map<Long, Long>> net, long ended) {
    long pane = pane(types);
    Map<Long, Map<Long, Long>> panes = new TreeMap<>();
    net.forEach(
        (time, amounts) ->
            amounts.forEach(
                (cents, count) ->
                    panes
                        .computeIfAbsent(Math.floorDiv(time, pane) * pane, p -> new HashMap<>())
                        .merge(cents, count, Long::sum)));
    Map<Row.Key, List<Long>> windows = new HashMap<>();
    for (WindowType type : types) {
      long slide = type.slide().toMillis();
      panes.forEach(
          (begin, amounts) -> {
            for (long start = Math.floorDiv(begin, slide) * slide;
                start + type.length().toMillis() > begin;
                start -= slide) {
              if (start + type.length().toMillis() <= ended) {
                List<Long> window =
                    windows.computeIfAbsent(key(type, start), k -> new ArrayList<>());
                amounts.forEach(
                    (cents, count) ->
                        window.addAll(Collections.nCopies((int) Math.max(count, 0), cents)));
              }
            }
          });
    }
    Map<Row.Key, Row> rows = new HashMap<>();
    windows.forEach(
        (key, cents) -> {
          if (!cents.isEmpty()) {
            rows.put(key, row(key, cents));
          }
        });
    return rows;
  }

  private static Row row(Row.Key key, List<Long> cents) {
    BigDecimal total =
        cents.stream()
            .map(c -> BigDecimal.valueOf(c, 2))
            .reduce(BigDecimal.valueOf(0, 2), BigDecimal::add);
    return new Row(
        key,
        cents.size(),
        total.toPlainString(),
        total.divide(BigDecimal.valueOf(cents.size()), 2, RoundingMode.HALF_UP).toPlainString(),
        BigDecimal.valueOf(Collections.min(cents), 2).toPlainString(),
        BigDecimal.valueOf(Collections.max(cents), 2).toPlainString());
  }

  private static Row.Key key(WindowType type, long start) {
    return new Row.Key(
        "ACC1",
        "USD",
        type.name(),
        Instant.ofEpochMilli(start).toString(),
        Instant.ofEpochMilli(start).plus(type.length()).toString());
  }

  private static void eachRowIsNewsAndHigherThanTheLast(List<RowChange<SpendMetrics>> rows) {
    Map<Row.Key, RowChange<SpendMetrics>> last = new HashMap<>();
    for (RowChange<SpendMetrics> row : rows) {
      RowChange<SpendMetrics> before = last.put(Row.keyOf(row), row);
      if (before == null) {
        assertThat(row.delete(), is(false));
      } else {
        assertThat(row.position().major(), is(greaterThan(before.position().major())));
        assertThat(Objects.equals(Row.of(row), Row.of(before)), is(false));
      }
    }
  }

  private static long pane(List<WindowType> types) {
    return types.stream()
        .flatMap(type -> Stream.of(type.length(), type.slide()))
        .map(duration -> BigInteger.valueOf(duration.toMillis()))
        .reduce(BigInteger::gcd)
        .orElseThrow()
        .longValue();
  }

  static long paneEnd(List<WindowType> types, long now) {
    return Math.floorDiv(now, pane(types)) * pane(types);
  }
}
