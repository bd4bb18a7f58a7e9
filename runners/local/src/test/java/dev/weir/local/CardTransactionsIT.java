package dev.weir.local;

import static dev.weir.local.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.scoringservice.Access;
import dev.weir.scoringservice.ScoringBehaviour;
import dev.weir.scoringservice.ScoringService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a real PostgreSQL, through real Debezium and Kafka, on real Flink, into Iceberg. */
@Timeout(300)
class CardTransactionsIT {
  private static final int CHANGES = 5_000;

  /** How far event time may be behind the clock. */
  private static final Duration BEHIND = Duration.ofSeconds(5);

  @TempDir private static Path folder;
  private static CardStack stack;
  private static EmbeddedFlink flink;
  private static ScoringService scorer;

  @BeforeAll
  static void start() {
    stack = CardStack.start(folder.resolve("stack"), 0, 0);
    flink = EmbeddedFlink.start(folder, 2, 0);
    scorer = ScoringService.start(ScoringBehaviour.healthy(), Access.open(), 0);
  }

  @AfterAll
  static void stop() {
    flink.close();
    scorer.close();
    stack.close();
  }

  @Test
  void theLakeEqualsTheDatabase() {
    CardLake lake = new CardLake(folder.resolve("undisturbed"), stack.database());
    try (CardRun run = run(lake, "undisturbed")) {
      run.start();
      write(1, 500);

      assertEqual(lake);
    }
  }

  @Test
  void theLakeEqualsTheDatabaseThoughTheJobIsKilledThreeTimes() {
    Random random = new Random(Long.getLong("weir.kill.seed", 7));
    CardLake lake = new CardLake(folder.resolve("killed"), stack.database());
    FlinkRest rest = new FlinkRest(flink);
    try (CardRun run = run(lake, "killed")) {
      run.start();
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(2, 500));
      for (int kill = 0; kill < 3; kill++) {
        Checkpoints checkpoints = new Checkpoints(folder, rest.job());
        int before = checkpoints.last();
        eventually(checkpoints::last, greaterThan(before + 1));
        pause(random.nextInt(1_500));
        run.cancel();
        run.start("--savepointPath=" + checkpoints.path());
      }
      writing.join();

      assertEqual(lake);
    }
  }

  /** A moment within a checkpoint interval, for which there is no condition to wait for. */
  private static void pause(long millis) {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static CardRun run(CardLake lake, String name) {
    return new CardRun(stack, flink, scorer.uri(), lake, name);
  }

  private static void write(long seed, double rate) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    CardActivity activity = CardActivity.seeded(seed, now).withCustomers(200).withRate(rate);
    try (CardWriter writer =
        CardWriter.open(stack.database().jdbcUrl(), stack.database().user(), null)) {
      writer.run(activity, rate, CHANGES, () -> false);
    }
  }

  private static void assertEqual(CardLake lake) {
    Instant written = Instant.now();
    SortedMap<String, String> transactions = lake.expectedTransactions();
    eventually(() -> difference(transactions, lake.transactions()), is(new TreeMap<>()));
    SortedMap<String, String> customers = lake.expectedCustomers();
    eventually(() -> difference(customers, lake.customers()), is(new TreeMap<>()));
    assertThat(lake.pending().size(), greaterThan(0));
    SortedMap<String, String> windows = lake.expectedSpend();
    SortedMap<String, String> ended = CardLake.endedBefore(written.minus(BEHIND), windows);
    assertThat(ended.size(), greaterThan(1_000));
    eventually(() -> missing(ended, lake.spend()), is(new TreeMap<>()));
    eventually(() -> missing(lake.spend(), windows), is(new TreeMap<>()));
  }

  /** A few of the rows that are not the same. */
  private static SortedMap<String, String> difference(
      SortedMap<String, String> expected, SortedMap<String, String> actual) {
    SortedMap<String, String> rows = missing(expected, actual);
    missing(actual, expected).forEach((key, row) -> rows.merge(key, "not " + row, String::concat));
    return rows;
  }

  /** A few of the rows of the one that the other has not. */
  private static SortedMap<String, String> missing(
      SortedMap<String, String> rows, SortedMap<String, String> from) {
    SortedMap<String, String> missing = new TreeMap<>();
    rows.forEach(
        (key, row) -> {
          if (missing.size() < 5 && !row.equals(from.get(key))) {
            missing.put(key, row + " was " + from.get(key));
          }
        });
    return missing;
  }
}
