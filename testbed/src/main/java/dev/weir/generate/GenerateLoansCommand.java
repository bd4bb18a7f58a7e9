package dev.weir.generate;

import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.KafkaCluster;
import dev.weir.local.BeforeStart;
import dev.weir.local.InstantConverter;
import dev.weir.needs.Needs;
import dev.weir.ports.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Generates loan applications. Prints one line when it starts and one with the number of records
 * written. The exit code is 0 if everything is written, 1 if writing fails and 2 for an invalid
 * option.
 */
@Command(
    name = "loans",
    mixinStandardHelpOptions = true,
    version = "generate of Weir",
    description = {
      "Generates loan applications for loan-decisions.",
      "They are sent to a topic one by one, in real time, or written to a file all at once; in both"
          + " cases their times are 1/rate s apart. The same --seed and --from give the same"
          + " records."
    })
public final class GenerateLoansCommand implements Callable<Integer> {

  @Mixin private GenerateOptions common;
  @Mixin private KafkaTarget toKafka;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<uri>",
      description =
          "The target: kafka://host:port/topic, file:path.jsonl or file:path.avro. An existing file"
              + " is replaced.")
  private String to;

  @Option(
      names = "--rate",
      defaultValue = "10",
      description = "Records per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      description =
          "Number of records. Default: for a topic 0, which means until Ctrl-C; for a file 10000.")
  private Long events;

  @Option(
      names = "--duplicates",
      defaultValue = "0.02",
      description =
          "The share of records, 0 to 1, that repeat an earlier one; default ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--malformed",
      defaultValue = "0.01",
      description =
          "The share of records, 0 to 1, that cannot be read or break the contract; default"
              + " ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--from",
      paramLabel = "<time>",
      converter = InstantConverter.class,
      description = "The time of the first application, as in 2026-01-31T12:00:00Z. Default: now.")
  private Instant from;

  @Override
  public Integer call() {
    common.checkEvents(events);
    Applications applications = applications();
    try {
      Port port = common.port("to", to);
      if (port instanceof Port.Topic topic) {
        ClientProperties kafka = toKafka.properties();
        Needs needs = Needs.withoutCatalog().usesKafka(kafka).writes("to", to);
        if (!BeforeStart.areMet(needs, common.err())) {
          return ExitCode.SOFTWARE;
        }
        send(new KafkaCluster(topic.brokers(), kafka), topic.name(), applications);
      } else if (port instanceof Port.Files file) {
        write(file, applications);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      return common.failed("--to: cannot write to " + to + ": " + e);
    } catch (IllegalStateException e) {
      return common.failed(e.getMessage());
    }
  }

  private Applications applications() {
    try {
      return Applications.seeded(common.seed(), from != null ? from : Instant.now())
          .withRate(rate)
          .withDuplicates(duplicates)
          .withMalformed(malformed);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }

  private void send(KafkaCluster kafka, String topic, Applications applications) {
    long limit = events == null ? 0 : events;
    Generator<MadeUpRecord, Counts> generator =
        Generator.toKafka(kafka, topic, applications, limit);
    common.print("sending " + rate + " records/s to " + to + ", seed " + applications.seed());
    OrderlyEnd.of(generator, generator::stop, () -> printWritten(generator.sent()));
  }

  private void write(Port.Files file, Applications applications) throws IOException {
    long limit = common.eventsOfFiles(events);
    if (!file.path().endsWith(file.avro() ? ".avro" : ".jsonl")) {
      throw common.invalid("--to: the name of a file must end in .jsonl or .avro");
    }
    common.print("writing " + limit + " records to " + to + ", seed " + applications.seed());
    printWritten(ApplicationFile.at(Path.of(file.path())).write(applications, limit));
  }

  private void printWritten(Counts counts) {
    common.print("wrote " + counts);
  }
}
