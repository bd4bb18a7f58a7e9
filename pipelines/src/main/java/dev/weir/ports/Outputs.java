package dev.weir.ports;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowKey;
import dev.weir.changelog.WriteChangelog;
import dev.weir.deadletter.DeadLetter;
import dev.weir.files.WriteFolder;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.kafka.PublishChangelog;
import dev.weir.kafka.PublishEncoded;
import dev.weir.kafka.PublishJson;
import dev.weir.kafka.once.ChangelogForm;
import dev.weir.kafka.once.PublishOnce;
import dev.weir.kafka.once.PublishedForm;
import dev.weir.kafka.once.StreamForm;
import dev.weir.kafka.once.ValueFormat;
import dev.weir.kafka.registry.AvroWireFormat;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** Creates the transforms that write to output ports. */
public final class Outputs {
  private Outputs() {}

  /**
   * Returns the transform that writes records and emits what was written.
   *
   * @param key the record's natural key, if the port has keys
   * @param identity the record's identity; null if it is the key
   * @param kafka the settings of the port, if it is a topic
   * @param ledger the settings of the port, if it is a table
   */
  public static <T extends SpecificRecordBase> PTransform<PCollection<T>, PCollection<T>> to(
      Port port,
      Class<T> type,
      SerializableFunction<T, String> key,
      SerializableFunction<T, String> identity,
      KafkaSettings kafka,
      Ledger ledger) {
    if (port instanceof Port.Topic topic) {
      if (kafka.exactlyOnce().isPresent()) {
        StreamForm<T> form = StreamForm.of(key, values(topic, type, kafka));
        return once(topic, identity == null ? form : form.identifiedBy(identity), kafka);
      }
      return new PassOn<>(atLeastOnce(topic, key, kafka));
    }
    if (port instanceof Port.Table table) {
      return new PassOn<>(append(table.name(), type, ledger));
    }
    if (!(port instanceof Port.Files files)) {
      throw new IllegalArgumentException("records cannot be written to " + port);
    }
    return new PassOn<>(
        files.avro()
            ? WriteFolder.ofContainers(files.path(), type)
            : WriteFolder.ofLines(files.path(), type));
  }

  private static <T extends SpecificRecordBase> PTransform<PCollection<T>, PDone> atLeastOnce(
      Port.Topic topic, SerializableFunction<T, String> key, KafkaSettings kafka) {
    return topic.avro()
        ? PublishEncoded.to(kafka.cluster(topic), topic.name(), key, Outputs.<T>avro(topic, kafka))
            .withMaxRequestSize(kafka.maxRequestSize())
        : PublishJson.<T>to(kafka.cluster(topic), topic.name(), key)
            .withMaxRequestSize(kafka.maxRequestSize());
  }

  private static <T> PublishOnce<T> once(
      Port.Topic topic, PublishedForm<T> form, KafkaSettings kafka) {
    ExactlyOnce settings = kafka.exactlyOnce().orElseThrow();
    PublishOnce<T> publish =
        PublishOnce.to(kafka.cluster(topic), topic.name(), settings.sinkId(), form)
            .withMaxRequestSize(kafka.maxRequestSize())
            .withRepeatsAllowed(settings.allowRepeats())
            .offline(kafka.offline());
    Integer groups = settings.writerGroups().get(topic.name());
    return groups == null ? publish : publish.withWriterGroups(groups);
  }

  private static <T extends SpecificRecordBase> ValueFormat<T> values(
      Port.Topic topic, Class<T> type, KafkaSettings kafka) {
    return topic.avro()
        ? ValueFormat.avro(kafka.registryFor(topic), topic.name(), type)
        : ValueFormat.json(type);
  }

  /** Appends rows to a table. */
  public static <T extends SpecificRecordBase> PTransform<PCollection<T>, PDone> append(
      String table, Class<T> type, Ledger ledger) {
    Schema rows = SpecificData.get().getSchema(type);
    return AppendRows.to(
        LedgerTable.of(ledger.catalog(), table, rows).partitionedBy(ledger.partitioning()),
        ledger.sinkId());
  }

  /**
   * Returns the transform that writes the current row per key and emits what was written.
   *
   * @param option the option the port was given for, named in the error
   * @param kafka the settings of the port, if it is a topic
   * @param ledger the settings of the port, if it is a table
   * @throws PortException if the port does not accept a changelog, or needs a schema registry
   */
  public static <T extends SpecificRecordBase>
      PTransform<PCollection<RowChange<T>>, PCollection<RowChange<T>>> changelog(
          String option, Port port, Class<T> type, RowKey key, KafkaSettings kafka, Ledger ledger) {
    if (port instanceof Port.Topic topic && kafka.exactlyOnce().isPresent()) {
      return once(topic, ChangelogForm.of(type, key, values(topic, type, kafka)), kafka);
    }
    if (port instanceof Port.Topic topic) {
      PublishChangelog<T> json =
          PublishChangelog.<T>to(kafka.cluster(topic), topic.name(), key)
              .withMaxRequestSize(kafka.maxRequestSize());
      return new PassOn<>(topic.avro() ? json.withValues(avro(topic, kafka)) : json);
    }
    if (port instanceof Port.Table table) {
      return keep(ledgerTable(table.name(), type, key, ledger), ledger);
    }
    if (port instanceof Port.Files files && !files.avro()) {
      return new PassOn<>(WriteChangelog.to(files.path(), key));
    }
    throw new PortException(
        "--" + option + ": a changelog in files is JSON Lines; leave out format=avro");
  }

  private static <T extends SpecificRecordBase> AvroWireFormat<T> avro(
      Port.Topic topic, KafkaSettings kafka) {
    return AvroWireFormat.of(kafka.registryFor(topic), topic.name());
  }

  /** A table with one row per key. */
  public static LedgerTable ledgerTable(
      String table, Class<? extends SpecificRecordBase> type, RowKey key, Ledger ledger) {
    return LedgerTable.of(ledger.catalog(), table, SpecificData.get().getSchema(type))
        .withKey(key.columns().toArray(String[]::new))
        .partitionedBy(ledger.partitioning());
  }

  /** Keeps a table equal to a changelog, and emits the changelog. */
  public static <T extends SpecificRecordBase>
      PTransform<PCollection<RowChange<T>>, PCollection<RowChange<T>>> keep(
          LedgerTable table, Ledger ledger) {
    return new PassOn<>(UpsertRows.<T>to(table, ledger.sinkId()));
  }

  /** A dead letter's natural key: the place of the record it stands for. */
  public static String place(DeadLetter letter) {
    return letter.getTopic() == null
        ? letter.getFile() + "/" + letter.getLine()
        : letter.getTopic() + "/" + letter.getPartition() + "/" + letter.getOffset();
  }

  /**
   * @throws PortException if the output does not accept parameters, cannot be written to, or needs
   *     an input that ends
   */
  public static void checkFits(String option, Port output, Port input) {
    if (output instanceof Port.Table table && !table.rows().equals(TableRange.ALL)) {
      throw new PortException(
          "--" + option + ": an iceberg: output takes no parameters; write iceberg:db.table");
    }
    if (output instanceof Port.Database) {
      throw new PortException(
          "--"
              + option
              + ": postgres: cannot be written to; write kafka://host:port/topic, file:folder or"
              + " iceberg:db.table");
    }
    if (isLive(input) && output instanceof Port.Files) {
      throw new PortException(
          "--"
              + option
              + ": a file: output is written once all input is read, but "
              + (input instanceof Port.Topic ? "kafka:" : "postgres:")
              + " input never ends; write to kafka://host:port/topic");
    }
  }

  /** Returns whether the input never ends. */
  public static boolean isLive(Port input) {
    return input instanceof Port.Topic || input instanceof Port.Database;
  }
}
