package dev.weir.generate;

import dev.weir.httpservice.DurationConverter;
import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.KafkaCluster;
import dev.weir.local.BeforeStart;
import dev.weir.local.InstantConverter;
import dev.weir.needs.Needs;
import dev.weir.ports.Port;
import dev.weir.sessionservice.Countries;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Generates the activity of a wallet's users. Prints one line when it starts and one with the
 * number of records written. The exit code is 0 if everything is written, 1 if writing fails and 2
 * for an invalid option.
 */
@Command(
    name = "money",
    mixinStandardHelpOptions = true,
    version = "generate of Weir",
    description = {
      "Generates payments, users' changes and sessions for money-enrichment.",
      "They are sent to topics one by one, in real time, or written to files all at once; in both"
          + " cases out of order, with some late and some repeated. The same --seed and --from give"
          + " the same records."
    })
public final class GenerateMoneyCommand implements Callable<Integer> {
  private static final double RATE = 10;

  /** Records per second of event time when they are sent without a rate limit. */
  private static final double RATE_WITHOUT_LIMIT = 1000;

  @Mixin private GenerateOptions common;
  @Mixin private KafkaTarget toKafka;

  @Option(
      names = "--wallet",
      required = true,
      paramLabel = "<uri>",
      description =
          "The target of payments and transactions: kafka://host:port/topic or file:path.jsonl."
              + " Existing files are replaced.")
  private String wallet;

  @Option(
      names = "--users",
      required = true,
      paramLabel = "<uri>",
      description = "The target of the users' changes; a port of the same kind.")
  private String users;

  @Option(
      names = "--sessions",
      required = true,
      paramLabel = "<uri>",
      description = "The target of the sessions; a port of the same kind.")
  private String sessions;

  @Option(
      names = "--rate",
      description =
          "Records per second of all streams together; 0 for as many as Kafka accepts; default 10."
              + " For files the rate only sets the times.")
  private Double rate;

  @Option(
      names = "--events",
      description =
          "Number of records of all streams together. Default: for topics 0, which means until"
              + " Ctrl-C; for files 10000.")
  private Long events;

  @Option(
      names = "--span",
      paramLabel = "<duration>",
      converter = DurationConverter.class,
      description =
          "The time that the records cover, as in 3d, instead of --rate; such a history is sent to"
              + " topics as fast as Kafka accepts it.")
  private Duration span;

  @Option(
      names = "--userCount",
      defaultValue = "100",
      description = "Number of users; default ${DEFAULT-VALUE}.")
  private int userCount;

  @Option(
      names = "--disorder",
      defaultValue = "15s",
      paramLabel = "<duration>",
      converter = DurationConverter.class,
      description =
          "How long after its own time an event is sent at most, except for late ones; up to 20s,"
              + " default ${DEFAULT-VALUE}.")
  private Duration disorder;

  @Option(
      names = "--late",
      defaultValue = "0.005",
      description =
          "The share of events, 0 to 1, that are more than 20 s behind; default"
              + " ${DEFAULT-VALUE}.")
  private double late;

  @Option(
      names = "--duplicates",
      defaultValue = "0.01",
      description =
          "The share of records, 0 to 1, that repeat an earlier one; default ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--malformed",
      defaultValue = "0.0015",
      description =
          "The share of records, 0 to 1, that cannot be read or break the contract; default"
              + " ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--from",
      paramLabel = "<time>",
      converter = InstantConverter.class,
      description =
          "The time of the first record, as in 2026-01-31T12:00:00Z. Default: for files and with"
              + " --span, a time such that the records end now; otherwise now.")
  private Instant from;

  @Override
  public Integer call() {
    common.checkEvents(events);
    if (rate != null && span != null) {
      throw common.invalid(
          "--rate and --span both set how far apart the records are; give one of them");
    }
    if (span != null && span.isZero()) {
      throw common.invalid("--span must be above 0; write for example --span=3d");
    }
    Map<MoneyStream, Port> ports = new EnumMap<>(MoneyStream.class);
    ports.put(MoneyStream.WALLET, port("wallet", wallet));
    ports.put(MoneyStream.USERS, port("users", users));
    ports.put(MoneyStream.SESSIONS, port("sessions", sessions));
    if (new HashSet<>(ports.values()).size() < ports.size()) {
      throw common.invalid("--wallet, --users and --sessions must be three different ports");
    }
    try {
      if (ports.values().stream().allMatch(port -> port instanceof Port.Topic)) {
        return send(ports);
      } else if (ports.values().stream().allMatch(port -> port instanceof Port.Files)) {
        write(ports);
      } else {
        throw common.invalid("--wallet, --users and --sessions must be all topics or all files");
      }
      return ExitCode.OK;
    } catch (IOException e) {
      return common.failed("cannot write to " + targets() + ": " + e);
    } catch (IllegalStateException e) {
      return common.failed(e.getMessage());
    }
  }

  private Port port(String option, String uri) {
    Port port = common.port(option, uri);
    if (port instanceof Port.Files file && (file.avro() || !file.path().endsWith(".jsonl"))) {
      throw common.invalid("--" + option + ": the name of a file must end in .jsonl");
    }
    if (!(port instanceof Port.Topic || port instanceof Port.Files)) {
      throw common.invalid("--" + option + ": write kafka://host:port/topic or file:path.jsonl");
    }
    return port;
  }

  private int send(Map<MoneyStream, Port> ports) {
    Map<MoneyStream, String> topics = new EnumMap<>(MoneyStream.class);
    ports.forEach((stream, port) -> topics.put(stream, ((Port.Topic) port).name()));
    String brokers = ((Port.Topic) ports.get(MoneyStream.WALLET)).brokers();
    if (!ports.values().stream().allMatch(port -> ((Port.Topic) port).brokers().equals(brokers))) {
      throw common.invalid("--wallet, --users and --sessions must be topics of the same brokers");
    }
    long limit = events == null ? 0 : events;
    if (span != null && limit == 0) {
      throw common.invalid("--span needs --events above 0: the records are spread over the span");
    }
    double pace = span != null ? 0 : rate == null ? RATE : rate;
    MoneyActivity activity =
        span != null
            ? history(limit, limit / seconds(span))
            : activity(pace == 0 ? RATE_WITHOUT_LIMIT : pace, Instant.now());
    ClientProperties kafka = toKafka.properties();
    Needs needs =
        Needs.withoutCatalog()
            .usesKafka(kafka)
            .writes("wallet", wallet)
            .writes("users", users)
            .writes("sessions", sessions);
    if (!BeforeStart.areMet(needs, common.err())) {
      return ExitCode.SOFTWARE;
    }
    Generator<MoneyRecord, MoneyCounts> generator =
        Generator.toKafka(
            new KafkaCluster(brokers, kafka),
            topics,
            activity,
            limit,
            pace == 0 ? Double.POSITIVE_INFINITY : pace);
    common.print(
        "sending "
            + (pace == 0 ? "records without a rate limit" : pace + " records/s")
            + " to "
            + targets()
            + ", seed "
            + activity.seed());
    OrderlyEnd.of(generator, generator::stop, () -> printWritten(generator.sent()));
    return ExitCode.OK;
  }

  private void write(Map<MoneyStream, Port> ports) throws IOException {
    long limit = common.eventsOfFiles(events);
    MoneyActivity activity =
        history(limit, span != null ? limit / seconds(span) : rate == null ? RATE : rate);
    Map<MoneyStream, Path> paths = new EnumMap<>(MoneyStream.class);
    ports.forEach((stream, port) -> paths.put(stream, Path.of(((Port.Files) port).path())));
    common.print("writing " + limit + " records to " + targets() + ", seed " + activity.seed());
    printWritten(MoneyFiles.at(paths).write(activity, limit));
  }

  private MoneyActivity history(long records, double perSecond) {
    Instant start = Instant.now().minusMillis((long) (1000 * records / perSecond));
    // A time before the epoch: the rate is rejected below, or the history covers centuries.
    return activity(perSecond, start.isBefore(Instant.EPOCH) ? Instant.EPOCH : start);
  }

  private MoneyActivity activity(double perSecond, Instant start) {
    try {
      return MoneyActivity.seeded(common.seed(), from != null ? from : start, Countries::of)
          .withRate(perSecond)
          .withUsers(userCount)
          .withDisorder(disorder)
          .withLate(late)
          .withDuplicates(duplicates)
          .withMalformed(malformed);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private String targets() {
    return wallet + ", " + users + " and " + sessions;
  }

  private void printWritten(MoneyCounts counts) {
    common.print("wrote " + counts);
  }
}
