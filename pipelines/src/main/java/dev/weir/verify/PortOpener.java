package dev.weir.verify;

import dev.weir.files.FileRecords;
import dev.weir.iceberg.read.LedgerScan;
import dev.weir.iceberg.read.SnapshotRecords;
import dev.weir.kafka.CommittedRecords;
import dev.weir.kafka.TopicValues;
import dev.weir.kafka.registry.WireFormat;
import dev.weir.ports.Inputs;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.record.RawRecord.Encoding;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** Opens the ports of a job to read what is in them now. */
final class PortOpener implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Ledger ledger;
  private final List<CommittedRecords> topics = new ArrayList<>();

  PortOpener(KafkaSettings kafka, Ledger ledger) {
    this.kafka = kafka;
    this.ledger = ledger;
  }

  /**
   * @param contents whether the contents of a table are compared
   */
  <T extends SpecificRecordBase> OutputRecords output(
      String option, Port port, OutputKind<T> kind, boolean contents) {
    Schema schema = SpecificData.get().getSchema(kind.type());
    if (port instanceof Port.Topic topic) {
      return new TopicOutput(
          topic.name(),
          committed(topic),
          topic.avro()
              ? RecordJson.of(kind.type()).ofWireFormat(kafka.registryFor(topic), kind.type())
              : value -> value);
    }
    if (port instanceof Port.Table table) {
      return new TableOutput<>(
          table.name(),
          SnapshotRecords.of(LedgerScan.of(ledger.catalog(), table.name()), schema),
          kind,
          contents);
    }
    if (port instanceof Port.Files files) {
      return new FolderOutput<>(
          files.path(),
          files.avro()
              ? FileRecords.ofContainers(files.path(), schema)
              : FileRecords.ofLines(files.path()),
          kind);
    }
    throw new PortException("--" + option + ": postgres: is not an output");
  }

  /**
   * @param avro the schema of the records, if they are Avro; null for JSON
   * @param timeColumn the column that the time range of a table applies to
   */
  InputPort input(String option, String uri, Schema avro, String timeColumn) {
    Port port = Port.parse(option, uri);
    if (port instanceof Port.Topic topic) {
      CommittedRecords records = committed(topic);
      TopicInput input = new TopicInput(topic.name(), records, values(avro));
      return new InputPort(option, uri, input, records.isFromTheStart());
    }
    if (port instanceof Port.Table table) {
      return new InputPort(
          option, uri, SnapshotRecords.of(Inputs.scan(table, timeColumn, ledger), avro), true);
    }
    if (port instanceof Port.Files files) {
      return new InputPort(
          option,
          uri,
          files.avro()
              ? FileRecords.ofContainers(files.path(), avro)
              : FileRecords.ofLines(files.path()),
          true);
    }
    throw new PortException(
        "--" + option + ": changes that come straight from a database cannot be read again");
  }

  private TopicValues values(Schema avro) {
    return avro == null
        ? kafka
            .registry()
            .<TopicValues>map(WireFormat::toJson)
            .orElse(TopicValues.plain(Encoding.JSON))
        : kafka
            .registry()
            .<TopicValues>map(registry -> WireFormat.toAvro(registry, avro))
            .orElse(TopicValues.plain(Encoding.AVRO));
  }

  private CommittedRecords committed(Port.Topic topic) {
    CommittedRecords records = CommittedRecords.of(kafka.cluster(topic), topic.name());
    topics.add(records);
    return records;
  }

  @Override
  public void close() {
    topics.forEach(CommittedRecords::close);
  }
}
