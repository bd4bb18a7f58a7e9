package dev.weir.demo;

import dev.weir.demo.DecisionTally.Status;
import dev.weir.demo.DemoState.Latency;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.generate.Applications;
import dev.weir.generate.Counts;
import dev.weir.generate.Generator;
import dev.weir.generate.MadeUpRecord;
import dev.weir.kafka.KafkaCluster;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.LogFile;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.apache.beam.sdk.PipelineResult;
import org.apache.iceberg.Table;

/** Generates applications for a job that decides them and shows its progress on the screen. */
final class LoanDemo {
  private static final String APPLICATIONS = "loan_applications";
  private static final String DECISIONS = "loan_decisions";
  private static final String DEAD_LETTERS = "loan_dead_letters";
  private static final String TABLE = "loan_decisions";

  /** The table of the decisions. */
  static final String TABLE_NAME = DemoLake.NAMESPACE + "." + TABLE;

  private final EmbeddedStack stack;
  private final Screen screen;
  private final DemoLake lake;
  private final CountDownLatch stop;
  private final Histogram askedMillis = new Histogram(3);
  private final Histogram notAskedMillis = new Histogram(3);
  private Table ledger;
  private long start;
  private LoanDemoState last;

  /**
   * @param stop a latch that is counted down to stop the demo
   */
  LoanDemo(EmbeddedStack stack, DemoLake lake, Screen screen, CountDownLatch stop) {
    this.stack = stack;
    this.lake = lake;
    this.screen = screen;
    this.stop = stop;
  }

  /**
   * Runs until {@code stop}, or until the requested number of applications is decided.
   *
   * @param applications called when the first one is due
   * @param events number of records, 0 for no end
   * @return the last state; it adds up unless something was lost
   */
  LoanDemoState run(Supplier<Applications> applications, long events, int parallelism)
      throws InterruptedException, IOException {
    stack.createTopics(APPLICATIONS, DECISIONS, DEAD_LETTERS);
    PipelineResult job = submit(parallelism);
    stack.flink().awaitRunning();
    ledger = lake.table(TABLE);
    String brokers = stack.kafka().bootstrapServers();
    start = System.nanoTime();
    try (DecisionTally tally = new DecisionTally(brokers, DECISIONS, DEAD_LETTERS);
        Generator<MadeUpRecord, Counts> generator =
            Generator.toKafka(KafkaCluster.at(brokers), APPLICATIONS, applications.get(), events)) {
      return new DemoRun<>(job, () -> state(generator, tally), screen)
          .run(generator, generator::stop, stop);
    }
  }

  private PipelineResult submit(int parallelism) {
    return LoanDecisions.run(
        PipelineArguments.parse(
            LoanDecisionsOptions.class,
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + stack.flink().master(),
                "--filesToStage=" + stack.flink().filesToStage(),
                "--attachedMode=false",
                "--parallelism=" + parallelism,
                "--applications=" + stack.topic(APPLICATIONS),
                "--decisions=" + stack.topic(DECISIONS),
                "--deadLetters=" + stack.topic(DEAD_LETTERS),
                "--ledger=iceberg:" + DemoLake.NAMESPACE,
                "--catalog=" + lake.catalogFile(),
                "--checkpointingInterval=1000",
                "--bureau=" + stack.bureau().uri())));
  }

  private LoanDemoState state(Generator<?, Counts> generator, DecisionTally tally) {
    tally.check();
    askedMillis.reset();
    askedMillis.add(tally.latencyOfAsked());
    notAskedMillis.reset();
    notAskedMillis.add(tally.latencyOfNotAsked());
    Duration running = Duration.ofNanos(System.nanoTime() - start);
    // Rows before decisions before applications: records that arrive in between count as waiting.
    DemoLake.TableState rows = DemoLake.TableState.ofAppended(ledger);
    long decisions = tally.decisions();
    long deadLetters = tally.deadLetters();
    long duplicates = stack.flink().counted("duplicates");
    var bureau = stack.bureau().stats();
    Counts sent = generator.sent();
    long applications = sent.applications() + sent.duplicates() + sent.malformed();
    double seconds =
        last == null ? running.toNanos() / 1e9 : running.minus(last.running()).toNanos() / 1e9;
    last =
        new LoanDemoState(
            running,
            applications,
            decisions,
            tally.decisions(Status.APPROVED),
            tally.decisions(Status.DENIED),
            tally.decisions(Status.REFERRED),
            duplicates,
            deadLetters,
            applications - decisions - duplicates - deadLetters,
            rows,
            (applications - (last == null ? 0 : last.applications())) / seconds,
            (decisions - (last == null ? 0 : last.decisions())) / seconds,
            bureau.inFlight(),
            new Latency(bureau.latencyP50().toMillis(), bureau.latencyP99().toMillis()),
            Latency.of(askedMillis),
            Latency.of(notAskedMillis),
            LogFile.path());
    return last;
  }
}
