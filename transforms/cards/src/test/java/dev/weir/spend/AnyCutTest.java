package dev.weir.spend;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The changes of an account, in the order of their commits, arrive added up in bundles that are cut
 * anywhere; transactions are late, corrected and deleted. The last rows are those of the simplest
 * possible computation, even if an aborted run whose bundles were cut elsewhere has emitted rows
 * before.
 */
class AnyCutTest {
  private static final long START = Instant.parse("2026-01-05T12:00:00Z").toEpochMilli();
  private static final Duration RETENTION = Duration.ofDays(10);

  static Stream<Arguments> histories() {
    List<List<WindowType>> sets =
        List.of(
            WindowType.standard(),
            List.of(AnyOrderTest.minutes("ONE", 1, 1)),
            List.of(AnyOrderTest.minutes("TWO_BY_ONE", 2, 1), AnyOrderTest.minutes("TEN", 10, 10)),
            List.of(AnyOrderTest.minutes("SEVEN_BY_THREE", 7, 3)));
    return sets.stream()
        .flatMap(set -> IntStream.range(0, 150).mapToObj(seed -> Arguments.of(set, seed)));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void theLastRowsAreTheSameWhereverTheSequenceIsCut(List<WindowType> types, int seed) {
    Random random = new Random(seed);
    List<SpendChange> changes = changes(random);
    int aborted = random.nextInt(changes.size() + 1);
    int checkpoint = random.nextInt(aborted + 1);
    int mostInABundle = 1 + random.nextInt(40);
    List<RowChange<SpendMetrics>> rows = new ArrayList<>();
    long checkpointSeed = random.nextLong();

    Run before = new Run(types, new Random(checkpointSeed), mostInABundle);
    before.process(changes.subList(0, checkpoint));
    before.process(changes.subList(checkpoint, aborted), new Random(random.nextLong()));
    rows.addAll(before.live.rows());

    Run after = new Run(types, new Random(checkpointSeed), mostInABundle);
    after.process(changes.subList(0, checkpoint));
    int published = after.live.rows().size();
    after.process(changes.subList(checkpoint, changes.size()), new Random(random.nextLong()));
    after.live.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);
    rows.addAll(after.live.rows().subList(published, after.live.rows().size()));

    Map<Row.Key, Row> right = AnyOrderTest.rows(types, net(changes), Long.MAX_VALUE);
    assertThat(Row.last(after.live.rows()), is(right));
    assertThatRevisionsGrow(after.live.rows());
    assertThat(lastWritten(rows), is(right));
    assertThat(Row.last(rows), is(right));
    assertThat(after.live.isStateGone(), is(true));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void atAnyMomentTheLastRowsAreThoseOfTheWindowsThatHaveEnded(List<WindowType> types, int seed) {
    Random random = new Random(seed);
    List<SpendChange> changes = changes(random);
    Run run = new Run(types, random, 1 + random.nextInt(40));
    int done = 0;
    while (done < changes.size()) {
      int until = Math.min(changes.size(), done + 1 + random.nextInt(60));
      run.process(changes.subList(done, until));
      done = until;
      long now = changes.get(done - 1).getCommitMs();
      run.live.passes(org.joda.time.Instant.ofEpochMilli(now));

      assertThat(
          Row.last(run.live.rows()),
          is(
              AnyOrderTest.rows(
                  types, net(changes.subList(0, done)), AnyOrderTest.paneEnd(types, now))));
    }
  }

  /** No two rows of a window have the same revision, and a later row has the higher one. */
  private static void assertThatRevisionsGrow(List<RowChange<SpendMetrics>> rows) {
    Map<Row.Key, Position> last = new HashMap<>();
    for (RowChange<SpendMetrics> row : rows) {
      Position before = last.put(Row.keyOf(row), row.position());
      if (before != null) {
        assertThat(Row.keyOf(row).toString(), row.position(), is(greaterThan(before)));
      }
    }
  }

  /** An account whose changes are added up in bundles; event time passes between two of them. */
  private static final class Run {
    final Live live;
    private final Random random;
    private final int mostInABundle;

    Run(List<WindowType> types, Random random, int mostInABundle) {
      live = new Live(types, RETENTION);
      this.random = random;
      this.mostInABundle = mostInABundle;
    }

    void process(List<SpendChange> changes) {
      process(changes, random);
    }

    void process(List<SpendChange> changes, Random cuts) {
      int done = 0;
      while (done < changes.size()) {
        int until = Math.min(changes.size(), done + 1 + cuts.nextInt(mostInABundle));
        live.arrives(changes.subList(done, until));
        done = until;
        if (cuts.nextBoolean()) {
          live.passes(org.joda.time.Instant.ofEpochMilli(changes.get(done - 1).getCommitMs()));
        }
      }
    }
  }

  /**
   * 80 transactions that are committed at once or late; half of them are corrected or deleted, in
   * the same millisecond or later. Each is retracted only after it was added.
   */
  private static List<SpendChange> changes(Random random) {
    long step = new long[] {50, 2_000, 60_000}[random.nextInt(3)];
    List<SpendChange> all = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      long commit = START + i * step + (random.nextBoolean() ? 0 : random.nextLong(step));
      long late = random.nextInt(3) == 0 ? random.nextLong(20 * step + 90_000) : 0;
      long time = commit - late;
      long cents = random.nextInt(7) * 100L - 100;
      all.add(new SpendChange("ACC1", "USD", time, cents, 1, commit));
      while (random.nextInt(2) == 0) {
        commit += random.nextInt(3) == 0 ? 0 : random.nextLong(40 * step);
        all.add(new SpendChange("ACC1", "USD", time, cents, -1, commit));
        if (random.nextBoolean()) {
          break;
        }
        cents = random.nextInt(100_000);
        time = random.nextBoolean() ? time : commit - random.nextLong(60_000);
        all.add(new SpendChange("ACC1", "USD", time, cents, 1, commit));
      }
    }
    // Stable: a transaction's changes of one millisecond keep their order.
    all.sort(Comparator.comparing(SpendChange::getCommitMs));
    return all;
  }

  private static Map<Long, Map<Long, Long>> net(List<SpendChange> changes) {
    Map<Long, Map<Long, Long>> net = new TreeMap<>();
    changes.forEach(
        change ->
            net.computeIfAbsent(change.getTimestamp(), time -> new HashMap<>())
                .merge(change.getCents(), (long) change.getCount(), Long::sum));
    return net;
  }

  /** The rows as a reader sees them that replaces each row by the next one of its key. */
  private static Map<Row.Key, Row> lastWritten(List<RowChange<SpendMetrics>> changes) {
    Map<Row.Key, Row> rows = new HashMap<>();
    for (RowChange<SpendMetrics> change : changes) {
      if (change.delete()) {
        rows.remove(Row.keyOf(change));
      } else {
        rows.put(Row.keyOf(change), Row.of(change));
      }
    }
    return rows;
  }
}
