package dev.weir.local;

import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.DecisionTally.Status;
import dev.weir.local.DemoState.Latency;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.apache.beam.sdk.PipelineResult;

/** Applications are generated, a real job decides them, and the screen shows what happens. */
final class Demo {
  private static final String APPLICATIONS = "loan_applications";
  private static final String DECISIONS = "loan_decisions";
  private static final String DEAD_LETTERS = "loan_dead_letters";
  private static final String NAMESPACE = "bank";

  /** The table the decisions are kept in. */
  static final String TABLE = NAMESPACE + ".loan_decisions";

  /** How long the last decisions may stand still before the demo gives up on them. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedStack stack;
  private final Screen screen;
  private final LedgerWatch ledger;
  private final CountDownLatch stop;
  private final AtomicReference<RuntimeException> generatorFailed = new AtomicReference<>();
  private final Histogram askedMillis = new Histogram(3);
  private final Histogram notAskedMillis = new Histogram(3);
  private long start;
  private DemoState last;

  /**
   * @param stop counted down when the demo is to stop
   */
  Demo(EmbeddedStack stack, LedgerWatch ledger, Screen screen, CountDownLatch stop) {
    this.stack = stack;
    this.ledger = ledger;
    this.screen = screen;
    this.stop = stop;
  }

  /**
   * Runs until {@code stop}, or until as many applications as were asked for are decided.
   *
   * @param applications asked for when the first one is due
   * @param events 0 for no end
   * @return the last state; it adds up unless something was lost
   */
  DemoState run(Supplier<Applications> applications, long events, int parallelism)
      throws InterruptedException, IOException {
    stack.createTopics(APPLICATIONS, DECISIONS, DEAD_LETTERS);
    PipelineResult job = submit(parallelism);
    stack.flink().awaitRunning();
    String brokers = stack.kafka().bootstrapServers();
    start = System.nanoTime();
    try (DecisionTally tally = new DecisionTally(brokers, DECISIONS, DEAD_LETTERS);
        Generator generator =
            Generator.toKafka(brokers, APPLICATIONS, applications.get(), events)) {
      Thread generating = new Thread(() -> generate(generator), "demo-generator");
      generating.start();
      while (generating.isAlive() && !stop.await(1, TimeUnit.SECONDS)) {
        show(job, generator, tally);
      }
      generator.stop();
      generating.join();
      awaitTheRest(job, generator, tally);
    } finally {
      if (!job.getState().isTerminal()) {
        job.cancel();
      }
    }
    return last;
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
                "--ledger=iceberg:" + NAMESPACE,
                "--catalog=" + ledger.catalogFile(),
                "--checkpointingInterval=1000",
                "--bureau=" + stack.bureau().uri())));
  }

  private void generate(Generator generator) {
    try {
      generator.run();
    } catch (RuntimeException e) {
      generatorFailed.set(e);
    }
  }

  /** What is still on its way when the last application is sent gets the time it needs. */
  private void awaitTheRest(PipelineResult job, Generator generator, DecisionTally tally)
      throws InterruptedException {
    long waiting = Long.MAX_VALUE;
    long progressAt = System.nanoTime();
    show(job, generator, tally);
    while (!last.addsUp() && System.nanoTime() - progressAt < PATIENCE.toNanos()) {
      long open = last.waiting() + last.decisions() - last.ledger().rows();
      if (open != waiting) {
        waiting = open;
        progressAt = System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(500);
      show(job, generator, tally);
    }
  }

  private void show(PipelineResult job, Generator generator, DecisionTally tally) {
    if (generatorFailed.get() != null) {
      throw generatorFailed.get();
    }
    if (job.getState().isTerminal()) {
      throw new IllegalStateException("the job ended by itself, as " + job.getState());
    }
    tally.check();
    last = state(generator, tally);
    screen.show(last);
  }

  private DemoState state(Generator generator, DecisionTally tally) {
    askedMillis.reset();
    askedMillis.add(tally.latencyOfAsked());
    notAskedMillis.reset();
    notAskedMillis.add(tally.latencyOfNotAsked());
    Duration running = Duration.ofNanos(System.nanoTime() - start);
    // Rows before decisions before applications: what comes in between shows as waiting.
    LedgerWatch.State rows = ledger.state();
    long decisions = tally.decisions();
    long deadLetters = tally.deadLetters();
    long duplicates = stack.flink().counted("duplicates");
    var bureau = stack.bureau().stats();
    Counts sent = generator.sent();
    long applications = sent.applications() + sent.duplicates() + sent.malformed();
    double seconds =
        last == null ? running.toNanos() / 1e9 : running.minus(last.running()).toNanos() / 1e9;
    return new DemoState(
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
        latency(askedMillis),
        latency(notAskedMillis),
        LogFile.path());
  }

  private static Latency latency(Histogram millis) {
    return millis.getTotalCount() == 0
        ? Latency.NONE
        : new Latency(millis.getValueAtPercentile(50), millis.getValueAtPercentile(99));
  }
}
