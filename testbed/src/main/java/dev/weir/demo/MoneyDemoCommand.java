package dev.weir.demo;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyActivity;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.PipelineResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything money-enrichment needs in this process and shows the pipeline at work. */
@Command(
    name = "money",
    mixinStandardHelpOptions = true,
    description =
        "Enriches made-up money movements, out of order and late, with an embedded Kafka, Flink and"
            + " session service, and shows the progress. The disorder is 5 s and the wait for"
            + " sessions 15 s, so that results appear soon. Nothing needs to be installed; Ctrl-C"
            + " stops it once all events sent so far are processed.")
final class MoneyDemoCommand implements Callable<Integer> {
  /** Shorter than the pipeline's own, so that results appear soon. */
  private static final Duration DISORDER = Duration.ofSeconds(5);

  private static final Duration SESSION_WAIT = Duration.ofSeconds(15);

  @Spec private CommandSpec spec;

  @Mixin private DemoOptions common;

  @Option(
      names = "--rate",
      defaultValue = "20",
      description = "Events of the three streams per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      defaultValue = "0",
      description = "Number of events; default: until Ctrl-C.")
  private long events;

  @Option(
      names = "--late",
      defaultValue = "0.005",
      description =
          "Share of events that arrive too late to be put in order; default ${DEFAULT-VALUE}.")
  private double late;

  @Option(
      names = "--duplicates",
      defaultValue = "0.01",
      description = "Share of events sent twice; default ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--malformed",
      defaultValue = "0.0015",
      description = "Share of events that cannot be read; default ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--hangRate",
      defaultValue = "0",
      description =
          "Share of questions that the session service never answers; default ${DEFAULT-VALUE}.")
  private double hangRate;

  @Option(
      names = "--sessionPort",
      defaultValue = "0",
      description = "Port of the session service; default: a free one.")
  private int sessionPort;

  @Option(
      names = "--dir",
      description =
          "Folder for all files, which are kept. Default: a temporary folder, which is removed.")
  private Path dir;

  @Override
  public Integer call() throws Exception {
    DemoCommand.requireNoOptionsBefore(spec);
    activity(Instant.EPOCH);
    common.check(events);
    if (!(hangRate >= 0 && hangRate <= 1)) {
      throw common.invalid("--hangRate must be between 0 and 1, not " + hangRate);
    }
    return common.run(dir, "Kafka, the session service and Flink", this::run);
  }

  private MoneyDemoState run(DemoSession session) throws Exception {
    // Closed in reverse order: the job before the services it uses.
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(session.folder().resolve("kafka"), common.kafkaPort());
        SessionService service =
            SessionService.start(SessionService.healthy().withHangRate(hangRate), sessionPort);
        EmbeddedFlink flink = EmbeddedFlink.start(session.folder(), common.parallelism(), 0)) {
      Screen screen = session.screen();
      screen.print(
          "Kafka "
              + kafka.bootstrapServers()
              + ", session service "
              + service.uri()
              + ", Flink http://"
              + flink.master()
              + "; the job is being submitted …");
      return new MoneyDemo(kafka, flink, service::stats, screen, session.stop())
          .run(() -> submit(kafka, flink, service), () -> activity(Instant.now()), events);
    }
  }

  private PipelineResult submit(EmbeddedKafka kafka, EmbeddedFlink flink, SessionService service) {
    String broker = "kafka://" + kafka.bootstrapServers() + "/";
    return MoneyEnrichment.run(
        PipelineArguments.parse(
            MoneyEnrichmentOptions.class,
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + flink.master(),
                "--filesToStage=" + flink.filesToStage(),
                "--attachedMode=false",
                "--parallelism=" + common.parallelism(),
                "--wallet=" + broker + MoneyDemo.WALLET,
                "--users=" + broker + MoneyDemo.USERS,
                "--sessions=" + broker + MoneyDemo.SESSIONS,
                "--enriched=" + broker + MoneyDemo.ENRICHED,
                "--deadLetters=" + broker + MoneyDemo.DEAD_LETTERS,
                "--sessionService=" + service.uri(),
                "--disorder=" + DISORDER,
                "--sessionWait=" + SESSION_WAIT)));
  }

  private MoneyActivity activity(Instant first) {
    try {
      return MoneyActivity.seeded(
              ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE), first, Countries::of)
          .withRate(rate)
          .withDisorder(DISORDER.minusSeconds(1))
          .withLate(late)
          .withDuplicates(duplicates)
          .withMalformed(malformed);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }
}
