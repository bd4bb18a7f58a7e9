package dev.weir.it.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.changelog.RowKey;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.it.CommandRun;
import dev.weir.it.Feed;
import dev.weir.testing.Pipelines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a catalog in a folder, with outputs that are written by hand. */
final class Outputs implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final LedgerCatalog catalog;
  private final Path catalogFile;
  private final Feed feed;

  private Outputs(EmbeddedKafka kafka, LedgerCatalog catalog, Path catalogFile) {
    this.kafka = kafka;
    this.catalog = catalog;
    this.catalogFile = catalogFile;
    this.feed = new Feed(kafka.bootstrapServers());
  }

  static Outputs start(Path folder) throws IOException {
    Path warehouse = folder.resolve("warehouse");
    Path file = folder.resolve("catalog.properties");
    Files.writeString(file, "type=hadoop\nwarehouse=" + warehouse + "\n");
    return new Outputs(
        EmbeddedKafka.start(folder.resolve("kafka"), 0), LedgerCatalog.read(file), file);
  }

  private KafkaProducer<byte[], byte[]> transactions() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "transactional.id",
            UUID.randomUUID().toString()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Creates a topic of two partitions and returns its URI. */
  String topic(String name) {
    kafka.createTopic(name, 2);
    return "kafka://" + kafka.bootstrapServers() + "/" + name;
  }

  /** Publishes a record; the header is left out if it is null. */
  void publish(String topic, String key, byte[] value, String header) {
    feed.send(record(topic, key, value, header));
  }

  void flush() {
    feed.flush();
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, byte[] value, String header) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
    if (header != null) {
      record.headers().add("weir", header.getBytes(UTF_8));
    }
    return record;
  }

  /** Publishes a record in a transaction that is aborted. */
  void abort(String topic, String key, byte[] value) {
    try (var aborted = transactions()) {
      aborted.initTransactions();
      aborted.beginTransaction();
      aborted.send(record(topic, key, value, null));
      aborted.flush();
      aborted.abortTransaction();
    }
  }

  /** Deletes the first records of both partitions, as a retention does. */
  void deleteFirst(String topic, long records) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      RecordsToDelete first = RecordsToDelete.beforeOffset(records);
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, 0), first, new TopicPartition(topic, 1), first))
          .all()
          .get();
    }
  }

  <T extends SpecificRecordBase> void append(String table, Class<T> type, List<T> rows) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(Create.of(rows).withCoder(SingleObjectCoder.of(type)))
        .apply(
            AppendRows.to(
                LedgerTable.of(catalog, table, SpecificData.get().getSchema(type)), "job"));
    Pipelines.run(pipeline);
  }

  /** Writes rows that the table has one of for each key. */
  <T extends SpecificRecordBase> void upsert(
      Pipeline pipeline, String table, Class<T> type, RowKey key, List<T> rows) {
    LedgerTable ledger =
        LedgerTable.of(catalog, table, SpecificData.get().getSchema(type))
            .withKey(key.columns().toArray(String[]::new));
    pipeline
        .apply(
            "Rows of " + table,
            Create.of(rows.stream().map(row -> RowChange.upsert(row, new Position(1, 0))).toList())
                .withCoder(RowChangeCoder.of(SingleObjectCoder.of(type))))
        .apply("Keep " + table, UpsertRows.to(ledger, "job"));
  }

  /** Runs the command with the catalog. */
  CommandRun verify(String pipeline, String... options) {
    List<String> command = new ArrayList<>(List.of("verify-output", pipeline));
    command.addAll(Arrays.asList(options));
    command.add("--catalog=" + catalogFile);
    return CommandRun.of(command.toArray(String[]::new));
  }

  @Override
  public void close() {
    feed.close();
    kafka.close();
  }
}
