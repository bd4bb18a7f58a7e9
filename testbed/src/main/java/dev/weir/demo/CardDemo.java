package dev.weir.demo;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.demo.CardDemoState.Changes;
import dev.weir.demo.CardDemoState.Risks;
import dev.weir.demo.CardDemoState.Tables;
import dev.weir.demo.DemoState.Latency;
import dev.weir.embedded.CardStack;
import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.generate.CardActivity;
import dev.weir.generate.CardWriter;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.LogFile;
import dev.weir.local.PipelineArguments;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.beam.sdk.PipelineResult;

/** Runs a job on the changes of a bank's database and shows its progress on the screen. */
final class CardDemo {
  private static final String DEAD_LETTERS = "card_dead_letters";

  private final CardStack stack;
  private final ScoringService scorer;
  private final EmbeddedFlink flink;
  private final DemoLake lake;
  private final CommitTimes commits = new CommitTimes();
  private KeptRows customers;
  private KeptRows settled;
  private KeptRows pending;
  private KeptRows spend;
  private KeptRows deletions;
  private long start;
  private CardDemoState last;

  CardDemo(CardStack stack, ScoringService scorer, EmbeddedFlink flink, DemoLake lake) {
    this.stack = stack;
    this.scorer = scorer;
    this.flink = flink;
    this.lake = lake;
  }

  /**
   * Runs until {@code stop}, or until the lake has the requested number of operations.
   *
   * @param activity called when the first operation is due
   * @param rate operations per second
   * @param events number of operations after the first customers, 0 for no end
   * @param stop a latch that is counted down to stop the demo
   * @return the last state; it adds up unless something was lost
   */
  CardDemoState run(
      Supplier<CardActivity> activity,
      double rate,
      long events,
      int parallelism,
      Screen screen,
      CountDownLatch stop)
      throws InterruptedException, IOException {
    stack.createTopics(DEAD_LETTERS);
    PipelineResult job = submit(parallelism);
    flink.awaitRunning();
    watchTables();
    start = System.nanoTime();
    AtomicBoolean stopped = new AtomicBoolean();
    EmbeddedDatabase database = stack.database();
    try (BankWatch bank = new BankWatch(database);
        CardWriter writer = CardWriter.open(database.jdbcUrl(), database.user(), null)) {
      writer.onCommit(operations -> commits.committed(operations, System.currentTimeMillis()));
      return new DemoRun<>(job, () -> state(bank), screen)
          .run(
              () -> writer.run(activity.get(), rate, events, stopped::get),
              () -> stopped.set(true),
              stop);
    }
  }

  private PipelineResult submit(int parallelism) {
    return CardTransactions.run(
        PipelineArguments.parse(
            CardTransactionsOptions.class,
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + flink.master(),
                "--filesToStage=" + flink.filesToStage(),
                "--attachedMode=false",
                "--parallelism=" + parallelism,
                "--shards=" + 8 * parallelism,
                "--customers=" + stack.customers(),
                "--transactions=" + stack.transactions(),
                "--deadLetters=" + stack.topic(DEAD_LETTERS),
                "--ledger=iceberg:" + DemoLake.NAMESPACE,
                "--catalog=" + lake.catalogFile(),
                "--checkpointingInterval=1000",
                "--scoring=" + scorer.uri())));
  }

  private void watchTables() {
    KeptRows.Arrival timed = (key, millis) -> commits.visible(key.get(0).toString(), millis);
    KeptRows.Arrival untimed = (key, millis) -> {};
    customers = new KeptRows(lake.table("customers"), timed);
    settled = new KeptRows(lake.table("enriched_transactions"), timed);
    pending = new KeptRows(lake.table("pending_transactions"), timed);
    spend = new KeptRows(lake.table("spend_metrics"), untimed);
    deletions = new KeptRows(lake.table("customer_deletions"), untimed);
  }

  private CardDemoState state(BankWatch bank) {
    stack.connect().check();
    Duration running = Duration.ofNanos(System.nanoTime() - start);
    Tables tables =
        new Tables(
            customers.state(), settled.state(), pending.state(), spend.state(), deletions.state());
    Changes read =
        new Changes(
            flink.counted("changes_created"),
            flink.counted("changes_updated"),
            flink.counted("changes_deleted"),
            flink.counted("changes_read"));
    long written = commits.changes();
    double seconds = (last == null ? running : running.minus(last.running())).toNanos() / 1e9;
    last =
        new CardDemoState(
            running,
            written,
            (written - (last == null ? 0 : last.written())) / seconds,
            read,
            (read.all() - (last == null ? 0 : last.read().all())) / seconds,
            flink.counted("changes_stale"),
            flink.counted("dead_letters"),
            flink.counted("settled_changes"),
            flink.counted("pending_changes"),
            new Risks(
                flink.counted("risk_low"),
                flink.counted("risk_medium"),
                flink.counted("risk_high"),
                flink.counted("risk_unknown")),
            bank.rows(),
            tables,
            commits.oldestUnread(read.all(), System.currentTimeMillis()),
            Latency.of(commits.visibleMillis()),
            LogFile.path());
    return last;
  }
}
