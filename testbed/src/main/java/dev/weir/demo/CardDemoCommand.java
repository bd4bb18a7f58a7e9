package dev.weir.demo;

import dev.weir.embedded.CardStack;
import dev.weir.generate.CardActivity;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.LogFile;
import dev.weir.scoringservice.Access;
import dev.weir.scoringservice.ScoringBehaviour;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts everything card-transactions needs in this process and shows the pipeline at work. */
@Command(
    name = "card",
    mixinStandardHelpOptions = true,
    description =
        "Follows made-up card transactions from an embedded PostgreSQL through Debezium, Kafka,"
            + " Flink and a fraud scorer into Iceberg tables, and shows it. Nothing needs to be"
            + " installed; Ctrl-C stops it.")
final class CardDemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--rate",
      defaultValue = "20",
      description = "Operations per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      defaultValue = "0",
      description = "Operations in all after the first customers; default: until Ctrl-C.")
  private long events;

  @Option(
      names = "--customers",
      defaultValue = "100",
      description = "How many customers there are to begin with; default ${DEFAULT-VALUE}.")
  private int customers;

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
      names = "--databasePort",
      defaultValue = "0",
      description = "Port of the database; default: a free one.")
  private int databasePort;

  @Option(
      names = "--scoringPort",
      defaultValue = "0",
      description = "Port of the fraud scorer; default: a free one.")
  private int scoringPort;

  @Option(
      names = "--dir",
      description =
          "Folder for all files, new or empty; the tables and the topics stay there. Default: a"
              + " temporary one, removed.")
  private Path dir;

  @Override
  public Integer call() throws Exception {
    DemoCommand.requireNoOptionsBefore(spec);
    activity(Instant.EPOCH);
    if (parallelism < 1 || events < 0) {
      throw invalid("--parallelism must be above 0, --events not below 0");
    }
    requireEmpty(dir);
    CardDemoState end;
    Screen screen;
    try (DemoSession session = DemoSession.begin(dir)) {
      screen = session.screen();
      screen.say(
          "Starting Kafka, PostgreSQL, Kafka Connect, the scorer and Flink …  (log: "
              + LogFile.path()
              + ")");
      // Closed in reverse order: the job before the services it uses.
      try (CardStack stack = CardStack.start(session.folder(), kafkaPort, databasePort);
          ScoringService scorer =
              ScoringService.start(ScoringBehaviour.healthy(), Access.open(), scoringPort);
          EmbeddedFlink flink = EmbeddedFlink.start(session.folder(), parallelism, 0);
          DemoLake lake = new DemoLake(session.folder())) {
        screen.say(
            "Kafka "
                + stack.kafka().bootstrapServers()
                + ", "
                + stack.database().uri()
                + ", scorer "
                + scorer.uri()
                + ", Flink http://"
                + flink.master()
                + "; the job is being submitted …");
        end =
            new CardDemo(stack, scorer, flink, lake)
                .run(
                    () -> activity(Instant.now()),
                    rate,
                    events,
                    parallelism,
                    screen,
                    session.stop());
        screen.say("");
        screen.say("Stopping …");
      }
    }
    screen.say(summary(end));
    return end.addsUp() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private CardActivity activity(Instant first) {
    try {
      return CardActivity.seeded(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE), first)
          .withRate(rate)
          .withCustomers(customers);
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage());
    }
  }

  /** Rows of an earlier demo would be counted as rows of this one. */
  private void requireEmpty(Path folder) throws IOException {
    if (folder != null && Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw invalid("--dir: the folder " + folder + " is not empty");
        }
      }
    }
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  static String summary(CardDemoState end) {
    BankWatch.Rows bank = end.bank();
    CardDemoState.Tables lake = end.tables();
    return String.format(
        Locale.ROOT,
        "%d transactions in PostgreSQL %s %d settled + %d pending rows in Iceberg; %d customers %s"
            + " %d rows; %d changes %s %d read (%d stale, %d dead letters); %d windows%s",
        bank.transactions(),
        sign(bank.settled() == lake.settled().rows() && bank.pending() == lake.pending().rows()),
        lake.settled().rows(),
        lake.pending().rows(),
        bank.customers(),
        sign(bank.customers() == lake.customers().rows()),
        lake.customers().rows(),
        end.written(),
        sign(end.written() == end.read().all()),
        end.read().all(),
        end.stale(),
        end.deadLetters(),
        lake.spend().rows(),
        end.addsUp() ? "" : ": " + end.open() + " unaccounted for");
  }

  private static String sign(boolean equal) {
    return equal ? "=" : "≠";
  }
}
