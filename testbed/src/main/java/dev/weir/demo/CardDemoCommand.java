package dev.weir.demo;

import dev.weir.embedded.CardStack;
import dev.weir.generate.CardActivity;
import dev.weir.httpservice.Access;
import dev.weir.local.EmbeddedFlink;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything card-transactions needs in this process and shows the pipeline at work. */
@Command(
    name = "card",
    mixinStandardHelpOptions = true,
    description =
        "Follows made-up card transactions from an embedded PostgreSQL through Debezium, Kafka,"
            + " Flink and a fraud scorer into Iceberg tables, and shows the progress. Nothing needs"
            + " to be installed; Ctrl-C stops it.")
final class CardDemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DemoOptions common;

  @Option(
      names = "--rate",
      defaultValue = "20",
      description = "Operations per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      defaultValue = "0",
      description = "Number of operations after the first customers; default: until Ctrl-C.")
  private long events;

  @Option(
      names = "--customers",
      defaultValue = "100",
      description = "Number of customers at the start; default ${DEFAULT-VALUE}.")
  private int customers;

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
          "Folder for all files, new or empty; tables and topics are kept in it. Default: a"
              + " temporary folder, which is removed.")
  private Path dir;

  @Override
  public Integer call() throws Exception {
    DemoCommand.requireNoOptionsBefore(spec);
    activity(Instant.EPOCH);
    common.check(events);
    requireEmpty(dir);
    return common.run(dir, "Kafka, PostgreSQL, Kafka Connect, the scorer and Flink", this::run);
  }

  private CardDemoState run(DemoSession session) throws Exception {
    // Closed in reverse order: the job before the services it uses.
    try (CardStack stack = CardStack.start(session.folder(), common.kafkaPort(), databasePort);
        ScoringService scorer =
            ScoringService.start(ScoringService.healthy(), Access.open(), scoringPort);
        EmbeddedFlink flink = EmbeddedFlink.start(session.folder(), common.parallelism(), 0);
        DemoLake lake = new DemoLake(session.folder())) {
      Screen screen = session.screen();
      screen.print(
          "Kafka "
              + stack.kafka().bootstrapServers()
              + ", "
              + stack.database().uri()
              + ", scorer "
              + scorer.uri()
              + ", Flink http://"
              + flink.master()
              + "; the job is being submitted …");
      return new CardDemo(stack, scorer, flink, lake)
          .run(
              () -> activity(Instant.now()),
              rate,
              events,
              common.parallelism(),
              screen,
              session.stop());
    }
  }

  private CardActivity activity(Instant first) {
    try {
      return CardActivity.seeded(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE), first)
          .withRate(rate)
          .withCustomers(customers);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }

  /** Rows of an earlier demo would be counted as rows of this one. */
  private void requireEmpty(Path folder) throws IOException {
    if (folder != null && Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw common.invalid(
              "--dir: the folder " + folder + " is not empty; name a new or empty one");
        }
      }
    }
  }
}
