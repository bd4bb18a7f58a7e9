package dev.weir.it.cards;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.embedded.CardStack;
import dev.weir.generate.CardActivity;
import dev.weir.generate.CardWriter;
import dev.weir.httpservice.Access;
import dev.weir.it.Checkpoints;
import dev.weir.it.Tape;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.local.Main;
import dev.weir.scoringservice.ScoringService;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a real PostgreSQL, through real Debezium and Kafka, on real Flink, into Iceberg. */
@Timeout(900)
class CardTransactionsIT {
  private static final int CHANGES = 1_500;

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
    scorer = ScoringService.start(ScoringService.healthy(), Access.open(), 0);
  }

  @AfterAll
  static void stop() {
    flink.close();
    scorer.close();
    stack.close();
  }

  @Test
  void theLakeEqualsTheDatabaseAlthoughTheJobIsKilledTwice() {
    Random random = new Random(Long.getLong("weir.kill.seed", 7));
    CardLake lake = new CardLake(folder.resolve("killed"), stack.database());
    FlinkRest rest = new FlinkRest(flink);
    try (CardRun run = run(lake, "killed")) {
      run.start();
      for (int kill = 0; kill < 2; kill++) {
        // Written while the job runs, is killed and is started again.
        long seed = 10 + kill;
        CompletableFuture<Void> writing =
            CompletableFuture.runAsync(() -> write(seed, 100, CHANGES / 2));
        Checkpoints checkpoints = new Checkpoints(folder, rest.job());
        int before = checkpoints.last();
        eventually(checkpoints::last, greaterThan(before + 1));
        pause(random.nextInt(1_500));
        run.cancel();
        run.start("--savepointPath=" + checkpoints.path());
        writing.join();
      }

      assertEqual(lake);
    }
  }

  @Test
  void theLakeEqualsTheDatabaseThatIsReadWithoutKafka() {
    CardLake lake = new CardLake(folder.resolve("direct"), stack.database());
    String database = stack.database().uri();
    try (CardRun run = run(lake, "direct")) {
      run.start("--customers=" + database, "--transactions=" + database, "--parallelism=1");
      write(3, 500, CHANGES);

      assertEqual(lake);
    }
  }

  @Test
  void aDeletedCustomerIsErased() {
    CardLake lake = new CardLake(folder.resolve("forgotten"), stack.database());
    stack.createTopics("forgotten-enriched", "forgotten-removals");
    try (CardRun run = run(lake, "forgotten");
        Tape enriched = new Tape(stack.kafka(), "forgotten-enriched");
        Tape removals = new Tape(stack.kafka(), "forgotten-removals")) {
      run.start(
          "--enriched=" + stack.topic("forgotten-enriched"),
          "--customerChanges=" + stack.topic("forgotten-removals"),
          "--parallelism=1");
      execute(
          "insert into customers values ('who-1', 'Zebulon Quill', 'zq@example.org',"
              + " '+1-555-0177', '1980-02-03', 'Xanadu', '2026-01-31T12:00:00Z'), ('who-2',"
              + " 'Ann Other', 'ann@example.org', '+1-555-0178', '1981-02-03', 'Bergen',"
              + " '2026-01-31T12:00:00Z')",
          "insert into transactions values ('who-t1', 'who-1', now(), 700, 'USD', 'Shop',"
              + " 'ONLINE', 'COMPLETED', 'PURCHASE'), ('who-t2', 'who-2', now(), 7, 'USD', 'Shop',"
              + " null, 'COMPLETED', 'PURCHASE')");
      String columns = "txn_id, customer_name, email, city, fraud_category";
      eventually(
          () -> lake.settled(columns).get("who-t1"),
          is("who-t1|Zebulon Quill|zq@example.org|Xanadu|ONLINE_HIGH_VALUE"));
      assertThat(lake.everythingInFiles(), containsString("Zebulon Quill"));

      int before = enriched.size();
      execute("delete from customers where account_number = 'who-1'");
      eventually(
          () -> lake.settled(columns).get("who-t1"), is("who-t1|null|null|null|ONLINE_HIGH_VALUE"));
      eventually(() -> lake.customers().containsKey("who-1"), is(false));
      eventually(() -> lake.settled(columns).containsKey("who-t2"), is(true));
      eventually(
          () -> removals.lines().stream().anyMatch(line -> line.contains("\"who-1\"")), is(true));
      eventually(() -> enriched.size(), greaterThan(before));
      assertThat(
          enriched.lines().subList(before, enriched.size()).toString(),
          not(containsString("Zebulon")));

      eventually(() -> lake.hasDeletion("who-1"), is(true));
      assertThat(
          Main.run("maintain-ledger", "--ledger=iceberg:bank", "--catalog=" + lake.catalogFile()),
          is(0));

      String files = lake.everythingInFiles();
      for (String personal : List.of("Zebulon", "zq@example.org", "555-0177", "Xanadu")) {
        assertThat(files, not(containsString(personal)));
      }
      assertThat("others stay", files, containsString("Ann Other"));
      assertThat(lake.settled(columns).get("who-t2"), containsString("Ann Other"));
      // A transaction without a customer would make the other tests wait for one.
      execute("delete from transactions where account_number = 'who-1'");
    }
  }

  private static void execute(String... commands) {
    try (Connection connection = stack.database().connect();
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a time within a checkpoint interval; there is no condition to wait for. */
  private static void pause(long millis) {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  private static CardRun run(CardLake lake, String name) {
    return new CardRun(stack, flink, scorer.uri(), lake, name);
  }

  private static void write(long seed, double rate, int changes) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    CardActivity activity = CardActivity.seeded(seed, now).withCustomers(200).withRate(rate);
    try (CardWriter writer =
        CardWriter.open(stack.database().jdbcUrl(), stack.database().user(), null)) {
      writer.run(activity, rate, changes, () -> false);
    }
  }

  private static void assertEqual(CardLake lake) {
    Instant written = Instant.now();
    SortedMap<String, String> transactions = lake.expectedTransactions();
    eventually(() -> difference(transactions, lake.transactions()), is(new TreeMap<>()));
    SortedMap<String, String> opinions = lake.expectedOpinions();
    eventually(() -> difference(opinions, lake.opinions()), is(new TreeMap<>()));
    SortedMap<String, String> customers = lake.expectedCustomers();
    eventually(() -> difference(customers, lake.customers()), is(new TreeMap<>()));
    assertThat(lake.pending().size(), greaterThan(0));
    SortedMap<String, String> windows = lake.expectedSpend();
    SortedMap<String, String> ended = CardLake.endedBefore(written.minus(BEHIND), windows);
    assertThat(ended.size(), greaterThan(300));
    eventually(() -> missing(ended, lake.spend()), is(new TreeMap<>()));
    eventually(() -> missing(lake.spend(), windows), is(new TreeMap<>()));
  }

  /** Returns a few of the rows that differ. */
  private static SortedMap<String, String> difference(
      SortedMap<String, String> expected, SortedMap<String, String> actual) {
    SortedMap<String, String> rows = missing(expected, actual);
    missing(actual, expected).forEach((key, row) -> rows.merge(key, "not " + row, String::concat));
    return rows;
  }

  /** Returns a few of the rows that are in the first and not in the second. */
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
