package dev.weir.demo;

import dev.weir.bureaumock.BureauBehaviour;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.generate.Applications;
import dev.weir.local.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the loan decisions demo, and the services that it starts with them. */
final class LoanDemoOptions {
  static final String DESCRIPTION =
      "Decides made-up loan applications on an embedded Kafka, Flink, credit bureau and Iceberg"
          + " table, and shows it. Nothing needs to be installed; Ctrl-C stops it.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rate",
      defaultValue = "10",
      description = "Applications per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      defaultValue = "0",
      description = "Applications in all; default: until Ctrl-C.")
  private long events;

  @Option(
      names = "--duplicates",
      defaultValue = "0.02",
      description = "Share sent twice; default ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--malformed",
      defaultValue = "0.01",
      description = "Share that cannot be read; default ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--hangRate",
      defaultValue = "0",
      description = "Share of requests the bureau never answers; default ${DEFAULT-VALUE}.")
  private double hangRate;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description = "Parallel instances of each step; default ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--kafkaPort",
      defaultValue = "0",
      description = "Port of the broker; default: a free one.")
  private int kafkaPort;

  @Option(
      names = "--bureauPort",
      defaultValue = "0",
      description = "Port of the bureau; default: a free one.")
  private int bureauPort;

  @Option(
      names = "--dir",
      description = "Folder for all files, kept afterwards; default: a temporary one, removed.")
  private Path dir;

  /**
   * Starts everything that loan-decisions needs in this process and shows the pipeline at work.
   *
   * @return the exit status
   */
  int run() throws IOException, InterruptedException {
    applications(Instant.EPOCH);
    BureauBehaviour behaviour = behaviour();
    if (parallelism < 1 || events < 0) {
      throw new ParameterException(
          spec.commandLine(), "--parallelism must be above 0, --events not below 0");
    }
    LoanDemoState end;
    Screen screen;
    try (DemoSession session = DemoSession.begin(dir)) {
      screen = session.screen();
      screen.say("Starting Kafka, the bureau and Flink …  (log: " + LogFile.path() + ")");
      try (EmbeddedStack stack =
              EmbeddedStack.start(
                  session.folder(), kafkaPort, bureauPort, behaviour, parallelism, 0);
          DemoLake lake = new DemoLake(session.folder())) {
        screen.say(
            "Kafka "
                + stack.kafka().bootstrapServers()
                + ", bureau "
                + stack.bureau().uri()
                + ", Flink http://"
                + stack.flink().master()
                + "; the job is being submitted …");
        end =
            new LoanDemo(stack, lake, screen, session.stop())
                .run(() -> applications(Instant.now()), events, parallelism);
        screen.say("");
        screen.say("Stopping …");
      }
    }
    screen.say(summary(end));
    return end.addsUp() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Applications applications(Instant first) {
    try {
      return Applications.seeded(System.nanoTime(), first)
          .withRate(rate)
          .withDuplicates(duplicates)
          .withMalformed(malformed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private BureauBehaviour behaviour() {
    try {
      return BureauBehaviour.healthy().withHangRate(hangRate);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  static String summary(LoanDemoState end) {
    return String.format(
        Locale.ROOT,
        "%d applications %s %d decisions (%d approved, %d denied, %d referred) + %d duplicates + %d"
            + " dead letters; %d decisions %s %d rows in table %s, %d snapshots%s",
        end.applications(),
        end.waiting() == 0 ? "=" : "≠",
        end.decisions(),
        end.approved(),
        end.denied(),
        end.referred(),
        end.duplicates(),
        end.deadLetters(),
        end.decisions(),
        end.ledger().rows() == end.decisions() ? "=" : "≠",
        end.ledger().rows(),
        LoanDemo.TABLE_NAME,
        end.ledger().snapshots(),
        end.addsUp() ? "" : ": " + unaccounted(end) + " unaccounted for");
  }

  private static long unaccounted(LoanDemoState end) {
    return Math.abs(end.waiting()) + Math.abs(end.decisions() - end.ledger().rows());
  }
}
