package dev.weir.it.lake;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.it.Checkpoints;
import dev.weir.it.Feed;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A live job from a topic of balances to a table of them. A record is {@code id,cents,number}, and
 * {@code id,,number} deletes the balance.
 */
final class LedgerJob implements AutoCloseable {
  private static final Schema BALANCE =
      SchemaBuilder.record("Balance")
          .fields()
          .requiredString("id")
          .requiredString("branch")
          .requiredLong("cents")
          .endRecord();

  private final EmbeddedStack stack;
  private final String name;
  private final boolean upserts;
  private final LedgerCatalog catalog;
  private final Feed feed;
  private PipelineResult job;
  private Snapshot readAt;
  private Map<String, Long> balances = Map.of();

  /**
   * @param name the name of the topic, the table and the sink
   */
  LedgerJob(EmbeddedStack stack, LedgerCatalog catalog, String name, boolean upserts) {
    this.stack = stack;
    this.catalog = catalog;
    this.name = name;
    this.upserts = upserts;
    stack.createTopics(name);
    feed = new Feed(stack.kafka().bootstrapServers());
  }

  /**
   * @param cents null for a deleted balance
   */
  void send(String id, Long cents, long number) {
    String value = id + "," + (cents == null ? "" : cents) + "," + number;
    feed.send(new ProducerRecord<>(name, id.getBytes(UTF_8), value.getBytes(UTF_8)));
  }

  public void start(String... more) {
    feed.flush();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + stack.flink().master(),
                "--filesToStage=" + stack.flink().filesToStage(),
                "--attachedMode=false",
                // Any argument that names a table makes RunnerDefaults choose long bundles.
                "--tempLocation=iceberg:" + name));
    arguments.addAll(Arrays.asList(more));
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--parallelism="))) {
      arguments.add("--parallelism=2");
    }
    arguments.add(Checkpoints.FEW_KEY_GROUPS);
    FlinkPipelineOptions options = PipelineArguments.parse(FlinkPipelineOptions.class, arguments);
    options.setTempLocation(null);
    Pipeline pipeline = Pipeline.create(options);
    PCollection<String> lines =
        pipeline
            .apply(
                "Read",
                KafkaIO.<byte[], byte[]>read()
                    .withBootstrapServers(stack.kafka().bootstrapServers())
                    .withTopic(name)
                    .withConsumerConfigUpdates(Map.of("auto.offset.reset", "earliest"))
                    .withKeyDeserializer(ByteArrayDeserializer.class)
                    .withValueDeserializer(ByteArrayDeserializer.class)
                    .withoutMetadata())
            .apply("Values", Values.create())
            .apply("Text", ParDo.of(new Text()));
    LedgerTable table =
        LedgerTable.of(catalog, table(), BALANCE).partitionedBy(Partitioning.parse("branch"));
    Coder<GenericRecord> coder = AvroGenericCoder.of(BALANCE);
    if (upserts) {
      lines
          .apply("Changes", ParDo.of(new Changes()))
          .setCoder(RowChangeCoder.of(coder))
          .apply("Upsert", UpsertRows.to(table.withKey("id", "branch"), name));
    } else {
      lines
          .apply("Rows", ParDo.of(new Rows()))
          .setCoder(coder)
          .apply("Append", AppendRows.to(table, name));
    }
    job = pipeline.run();
  }

  void cancel() {
    try {
      job.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    eventually(() -> job.getState().isTerminal(), is(true));
  }

  String table() {
    return "bank." + name.replace('-', '_');
  }

  Table load() {
    try (OpenCatalog open = catalog.open()) {
      return open.table(table());
    }
  }

  /** Reads cents by id with Iceberg's own reader; a repeated id is an error. */
  Map<String, Long> balances() {
    Table table = load();
    Snapshot current = table.currentSnapshot();
    if (!Objects.equals(current, readAt)) {
      balances = read(table);
      readAt = current;
    }
    return balances;
  }

  private static Map<String, Long> read(Table table) {
    Map<String, Long> balances = new TreeMap<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        String id = row.getField("id").toString();
        if (balances.put(id, (Long) row.getField("cents")) != null) {
          throw new AssertionError(id + " is in the table twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return balances;
  }

  @Override
  public void close() {
    feed.close();
    if (job != null && !job.getState().isTerminal()) {
      cancel();
    }
  }

  private static GenericRecord row(String[] parts) {
    GenericRecord row = new GenericData.Record(BALANCE);
    row.put("id", parts[0]);
    row.put("branch", "branch/" + Math.floorMod(parts[0].hashCode(), 3));
    row.put("cents", parts[1].isEmpty() ? 0L : Long.parseLong(parts[1]));
    return row;
  }

  private static final class Text extends DoFn<byte[], String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element byte[] line, OutputReceiver<String> out) {
      out.output(new String(line, UTF_8));
    }
  }

  private static final class Rows extends DoFn<String, GenericRecord> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element String line, OutputReceiver<GenericRecord> out) {
      out.output(row(line.split(",", -1)));
    }
  }

  private static final class Changes extends DoFn<String, RowChange<GenericRecord>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element String line, OutputReceiver<RowChange<GenericRecord>> out) {
      String[] parts = line.split(",", -1);
      Position position = new Position(Long.parseLong(parts[2]), 0);
      out.output(
          parts[1].isEmpty()
              ? RowChange.delete(row(parts), position)
              : RowChange.upsert(row(parts), position));
    }
  }
}
