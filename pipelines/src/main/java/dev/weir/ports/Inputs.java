package dev.weir.ports;

import dev.weir.cdc.CommitTime;
import dev.weir.cdc.SourceColumn;
import dev.weir.deadletter.DeadLetter;
import dev.weir.files.ReadFiles;
import dev.weir.iceberg.read.LedgerScan;
import dev.weir.iceberg.read.ReadLedger;
import dev.weir.kafka.ReadTopic;
import dev.weir.kafka.TopicStart;
import dev.weir.kafka.TopicValues;
import dev.weir.kafka.registry.WireFormat;
import dev.weir.progress.ReadMeter;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/** Creates the transforms that read input ports. */
public final class Inputs {
  /** How far a topic's records may be behind the latest one of their partition. */
  private static final Duration DISORDER = Duration.standardSeconds(20);

  /** Like {@link #DISORDER}, for changes, which a database commits in order. */
  private static final Duration CHANGE_DISORDER = Duration.standardSeconds(1);

  /** The earliest and the latest time that a column of microseconds can hold. */
  private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE / 1_000);

  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE / 1_000);

  private final KafkaSettings kafka;
  private final TopicStart start;
  private final String group;

  /** The meter of the input that an option names. */
  private final Function<String, ReadMeter> meters;

  private Inputs(
      KafkaSettings kafka, TopicStart start, String group, Function<String, ReadMeter> meters) {
    this.kafka = kafka;
    this.start = start;
    this.group = group;
    this.meters = meters;
  }

  /**
   * Reads of files and tables are reported to a {@link dev.weir.progress.ReadProgress} whose run is
   * {@code options.getOptionsId()}, by the name of the option, if there is one.
   *
   * @param pipeline the consumer group to which positions in topics are committed
   * @param kafka the settings of the inputs that are topics
   * @param inputs all inputs of the pipeline
   * @throws PortException if {@code --from} is invalid, or an option for topics is given and none
   *     of the inputs is one
   */
  public static Inputs of(
      KafkaOptions options, String pipeline, KafkaSettings kafka, Port... inputs) {
    if (options.getAllowGaps()) {
      requireTopic("--allowGaps", inputs);
    }
    Inputs unwatched = of(options.getFrom(), Instant.now(), pipeline, kafka, inputs);
    long run = options.getOptionsId();
    return new Inputs(kafka, unwatched.start, pipeline, option -> ReadMeter.of(run, option));
  }

  /**
   * @param from null if it is not given
   * @param now the current time; {@code --from} must not be after it
   */
  static Inputs of(String from, Instant now, String pipeline, KafkaSettings kafka, Port... inputs) {
    if (from == null) {
      return new Inputs(kafka, TopicStart.earliest(), pipeline, o -> ReadMeter.unwatched());
    }
    TopicStart start = start(from, now);
    requireTopic("--from", inputs);
    return new Inputs(kafka, start, pipeline, o -> ReadMeter.unwatched());
  }

  private static void requireTopic(String option, Port... inputs) {
    if (Arrays.stream(inputs).noneMatch(Port.Topic.class::isInstance)) {
      throw new PortException(option + " applies to kafka: inputs only; this job has none");
    }
  }

  /** Returns where reading of the topics begins. */
  TopicStart start() {
    return start;
  }

  private static TopicStart start(String from, Instant now) {
    if (from.equals("earliest")) {
      return TopicStart.earliest();
    }
    if (from.equals("latest")) {
      return TopicStart.latest();
    }
    Instant time;
    try {
      time = Times.parse(from);
    } catch (DateTimeException e) {
      throw noStart(from, "is not a valid start");
    }
    if (time.isAfter(now)) {
      throw noStart(from, "is in the future");
    }
    return TopicStart.at(time);
  }

  private static PortException noStart(String from, String why) {
    return new PortException(
        "--from: '"
            + from
            + "' "
            + why
            + "; write earliest, latest, or a time such as "
            + Times.FORMS);
  }

  /**
   * @param option the option the port was given for
   * @param avro the schema of the input's records, if they are Avro
   * @param timeColumn the column that a time range of a table applies to
   * @param ledger the settings of the port, if it is a table
   */
  public PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> from(
      String option, Port port, Schema avro, String timeColumn, Ledger ledger) {
    if (port instanceof Port.Topic topic) {
      TopicValues values =
          kafka
              .registry()
              .<TopicValues>map(known -> WireFormat.toAvro(known, avro))
              .orElse(TopicValues.plain(Encoding.AVRO));
      return topic(topic, values, DISORDER);
    }
    if (port instanceof Port.Table table) {
      return ReadLedger.of(scan(table, timeColumn, ledger), avro).withMeter(meters.apply(option));
    }
    if (!(port instanceof Port.Files files)) {
      throw new IllegalArgumentException("records cannot be read from " + port);
    }
    ReadFiles read =
        files.avro() ? ReadFiles.ofContainers(files.path(), avro) : ReadFiles.ofLines(files.path());
    return read.withMeter(meters.apply(option));
  }

  /**
   * Reads change events of a table, as Debezium writes them.
   *
   * @param option the option the port was given for, named in the error
   * @param pipeline the name of the reader in the database, if the port is a database
   * @param table the table in the database, if the port is a database
   * @param columns the columns that the table must have
   * @throws PortException if change events cannot be read from such a port
   */
  public PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> changes(
      String option, Port port, String pipeline, String table, List<SourceColumn> columns) {
    if (port instanceof Port.Topic topic) {
      return topic(topic, json(), CHANGE_DISORDER).withTimeIn(new CommitTime());
    }
    if (port instanceof Port.Database database) {
      return DatabaseChanges.find(option).of(database, pipeline, table, columns).read();
    }
    if (port instanceof Port.Files files && !files.avro()) {
      return ReadFiles.ofLines(files.path()).withMeter(meters.apply(option));
    }
    throw new PortException(
        "--"
            + option
            + ": change events come from kafka://host:port/topic, postgres://user@host:port/db or"
            + " file:path (JSON Lines)");
  }

  /**
   * Reads events as JSON that contain their time.
   *
   * @param option the option the port was given for, named in the error
   * @param time returns the time of an event; null if it has none
   * @param disorder how far an event may be behind the latest one before it in its log
   * @throws PortException if events cannot be read from such a port
   */
  public PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> events(
      String option,
      Port port,
      SerializableFunction<byte[], org.joda.time.Instant> time,
      Duration disorder) {
    if (port instanceof Port.Topic topic) {
      return topic(topic, json(), disorder).withTimeAndPlaceIn(time);
    }
    if (port instanceof Port.Files files && !files.avro()) {
      return ReadFiles.ofLines(files.path())
          .withTimeIn(time, disorder, org.joda.time.Instant.now())
          .withMeter(meters.apply(option));
    }
    throw new PortException(
        "--" + option + ": events come from kafka://host:port/topic or file:path (JSON Lines)");
  }

  private ReadTopic topic(Port.Topic topic, TopicValues values, Duration disorder) {
    if (topic.avro()) {
      throw new PortException(
          "kafka://"
              + topic.brokers()
              + "/"
              + topic.name()
              + "?format=avro: an input has no format; with --schemaRegistry, each value names its"
              + " schema");
    }
    return ReadTopic.of(kafka.cluster(topic), topic.name(), values, disorder)
        .startingAt(start)
        .committingTo(group)
        .offline(kafka.offline());
  }

  private TopicValues json() {
    return kafka
        .registry()
        .<TopicValues>map(WireFormat::toJson)
        .orElse(TopicValues.plain(Encoding.JSON));
  }

  /**
   * Returns the scan of an input that is a table.
   *
   * @param timeColumn the column that a time range applies to
   */
  public static LedgerScan scan(Port.Table table, String timeColumn, Ledger ledger) {
    LedgerScan scan = LedgerScan.of(ledger.catalog(), table.name());
    TableRange rows = table.rows();
    if (rows.from().isPresent() || rows.to().isPresent()) {
      scan = scan.between(timeColumn, rows.from().orElse(EARLIEST), rows.to().orElse(LATEST));
    }
    if (rows.snapshot().isPresent()) {
      scan = scan.asOfSnapshot(rows.snapshot().get());
    }
    return rows.asOf().isPresent() ? scan.asOfTime(rows.asOf().get()) : scan;
  }
}
