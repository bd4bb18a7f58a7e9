package dev.weir.generate;

import dev.weir.local.BeforeStart;
import dev.weir.local.InstantConverter;
import dev.weir.needs.Needs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Generates customers and their card transactions. Prints one line when it starts and one with the
 * number of records written. The exit code is 0 if everything is written, 1 if writing fails and 2
 * for an invalid option.
 */
@Command(
    name = "card",
    mixinStandardHelpOptions = true,
    version = "generate of Weir",
    description = {
      "Generates customers and their card transactions for card-transactions.",
      "In a database they are changes of the tables customers and transactions, made in real time;"
          + " in a folder they are Debezium's change events in customers.jsonl and"
          + " transactions.jsonl, written all at once. The same --seed and --from give the same"
          + " rows."
    })
public final class GenerateCardCommand implements Callable<Integer> {
  private static final double RATE_OF_A_FILE = 10;

  /** Records per second of event time when they are written without a rate limit. */
  private static final double RATE_WITHOUT_LIMIT = 1000;

  @Mixin private GenerateOptions common;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<uri>",
      description =
          "The target: postgres://user@host:port/db, with the password, if one is needed, in"
              + " PGPASSWORD or a password file; or file:FOLDER. Existing files are replaced.")
  private String to;

  @Option(
      names = "--rate",
      description =
          "Operations per second; 0 for as many as the database accepts. Default: for a database 0,"
              + " for files 10, where the rate only sets the times.")
  private Double rate;

  @Option(
      names = "--events",
      description =
          "Number of operations after the first customers. Default: for a database 0, which means"
              + " until Ctrl-C; for files 10000.")
  private Long events;

  @Option(
      names = "--customers",
      defaultValue = "100",
      description = "Number of customers at the start; default ${DEFAULT-VALUE}.")
  private int customers;

  @Option(
      names = "--updates",
      defaultValue = "0.33",
      description =
          "The share of operations, 0 to 1, that settle or correct a transaction or change a"
              + " customer; default ${DEFAULT-VALUE}.")
  private double updates;

  @Option(
      names = "--deletes",
      defaultValue = "0.02",
      description =
          "The share of operations, 0 to 1, that delete a transaction or a customer with all"
              + " transactions; default ${DEFAULT-VALUE}.")
  private double deletes;

  @Option(
      names = "--backdated",
      defaultValue = "0.05",
      description =
          "The share of new transactions, 0 to 1, that are dated up to 8 days back; default"
              + " ${DEFAULT-VALUE}.")
  private double backdated;

  @Option(
      names = {"--from", "--start"},
      paramLabel = "<time>",
      converter = InstantConverter.class,
      description = "The time of the first operation, as in 2026-01-31T12:00:00Z. Default: now.")
  private Instant from;

  @Override
  public Integer call() {
    common.checkEvents(events);
    try {
      if (to.startsWith("postgres:")) {
        return fill(database(), rate == null ? 0 : rate);
      }
      write(folder(), rate == null ? RATE_OF_A_FILE : rate);
      return ExitCode.OK;
    } catch (IOException e) {
      return common.failed("--to: cannot write to " + to + ": " + e);
    } catch (IllegalStateException e) {
      return common.failed("--to: cannot write to " + to + ": " + e.getMessage());
    }
  }

  private Port.Database database() {
    return (Port.Database) common.port("to", to);
  }

  private Path folder() {
    try {
      if (Port.parse("to", to) instanceof Port.Files files) {
        if (files.avro() || files.path().endsWith(".jsonl")) {
          throw common.invalid(
              "--to: changes are written as JSON Lines into a folder; write file:FOLDER");
        }
        return Path.of(files.path());
      }
    } catch (PortException e) {
      // Reported below: some valid ports cannot be written to.
    }
    throw common.invalid(
        "--to: '"
            + to
            + "' is not a valid target; write postgres://user@host:port/db or file:FOLDER");
  }

  private CardActivity activity(double perSecond) {
    try {
      return CardActivity.seeded(common.seed(), from != null ? from : Instant.now())
          .withRate(perSecond)
          .withCustomers(customers)
          .withUpdatesAndDeletes(updates, deletes)
          .withBackdated(backdated);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }

  private int fill(Port.Database database, double perSecond) {
    CardActivity activity = activity(perSecond == 0 ? RATE_WITHOUT_LIMIT : perSecond);
    Needs needs =
        Needs.withoutCatalog().connects("to", "database", database.host(), database.port());
    if (!BeforeStart.areMet(needs, common.err())) {
      return ExitCode.SOFTWARE;
    }
    AtomicBoolean stopped = new AtomicBoolean();
    try (CardWriter writer =
        CardWriter.open(database.jdbcUrl(), database.user(), System.getenv("PGPASSWORD"))) {
      common.print(
          "sending "
              + (perSecond == 0 ? "operations without a rate limit" : perSecond + " operations/s")
              + " to "
              + to
              + ", seed "
              + activity.seed());
      OrderlyEnd.of(
          () -> writer.run(activity, perSecond, events == null ? 0 : events, stopped::get),
          () -> stopped.set(true),
          () -> printWritten(writer.written()));
    }
    return ExitCode.OK;
  }

  private void write(Path folder, double perSecond) throws IOException {
    long limit = common.eventsOfFiles(events);
    CardActivity activity = activity(perSecond);
    common.print("writing " + limit + " operations to " + to + ", seed " + activity.seed());
    printWritten(CardFiles.in(folder).write(activity, limit));
  }

  private void printWritten(CardCounts counts) {
    common.print("wrote " + counts);
  }
}
