package dev.weir.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.kafka.registry.WireFormat;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.testing.Pipelines;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.testing.CrashingRunner;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class ReadTopicTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  /** A snapshot holds the function that reads times, which must fit the values. */
  @Test
  void aSnapshotDoesNotFitValuesInAnotherForm() {
    Set<String> raw = steps(TopicValues.plain(Encoding.JSON));
    Set<String> wire =
        steps(WireFormat.toJson(SchemaRegistry.at(URI.create("https://registry:8081"))));

    assertThat(raw, hasItem("Read/ReadKafka"));
    assertThat(wire, hasItem("Read/ReadKafkaWire"));
    assertThat(wire.contains("Read/ReadKafka"), is(false));
  }

  @Test
  void eachRecordOfABatchKeepsItsTimeAndItsOrigin() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    List<TimestampedValue<KafkaRecord<byte[], byte[]>>> batch =
        List.of(record(7, "a", 5), record(8, "unreadable", 3), record(9, "b", 0));
    var source =
        TopicSource.of(KafkaCluster.at("b:9092"), "topic", List.of(), null, (p, before) -> null, 1);
    PCollection<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> batches =
        pipeline.apply(
            Create.timestamped(List.of(TimestampedValue.of(batch, NOON)))
                .withCoder(source.getOutputCoder()));

    Result<PCollection<RawRecord>, DeadLetter> read = ReadTopic.keepOrigin(batches, new Half());

    PAssert.that(read.output().apply("Times", ParDo.of(new Show<>())))
        .containsInAnyOrder("a at 7, 2026-01-05T12:00:05.000Z", "b at 9, 2026-01-05T12:00:00.000Z");
    PAssert.that(read.failures().apply("Times of rejected", ParDo.of(new Show<>())))
        .containsInAnyOrder("rejected at 8, 2026-01-05T12:00:03.000Z");
    Pipelines.run(pipeline);
  }

  /**
   * A checkpoint that completes before a source is split has no splits, and a job that is restored
   * from it reads nothing.
   */
  @Test
  void aSourceIsSplitWithoutAskingTheBroker() {
    TopicSource source =
        TopicSource.of(
            KafkaCluster.at("no-such-host:9092"), "t", List.of(), null, (p, before) -> null, 3);
    PipelineOptions options = PipelineOptionsFactory.create();

    assertThat(source.split(2, options).size(), is(2));
    assertThat(source.split(8, options).size(), is(3));
  }

  private static TimestampedValue<KafkaRecord<byte[], byte[]>> record(
      long offset, String value, int second) {
    Instant time = NOON.plus(Duration.standardSeconds(second));
    return TimestampedValue.of(
        new KafkaRecord<>(
            "topic",
            1,
            offset,
            time.getMillis(),
            KafkaTimestampType.CREATE_TIME,
            new RecordHeaders(),
            null,
            value.getBytes(UTF_8)),
        time);
  }

  /** Shows values, offsets and timestamps. */
  private static final class Show<T> extends DoFn<T, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element T element, @Timestamp Instant timestamp, OutputReceiver<String> out) {
      String what =
          element instanceof RawRecord record
              ? new String(record.bytes(), UTF_8) + " at " + record.origin().position()
              : "rejected at " + ((DeadLetter) element).getOffset();
      out.output(what + ", " + timestamp);
    }
  }

  /** Values of which some cannot be read. */
  private static final class Half implements TopicValues {
    private static final long serialVersionUID = 1L;

    @Override
    public RawRecord read(byte[] value, Origin origin) throws UnreadableRecord {
      if (new String(value, UTF_8).equals("unreadable")) {
        throw new UnreadableRecord(UnreadableRecord.Reason.MALFORMED, "unreadable");
      }
      return new RawRecord(value, Encoding.JSON, origin);
    }

    @Override
    public SerializableFunction<byte[], Instant> timeIn(
        SerializableFunction<byte[], Instant> time) {
      return time;
    }
  }

  private static Set<String> steps(TopicValues values) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(CrashingRunner.class);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Read", ReadTopic.of(KafkaCluster.at("b:9092"), "t", values, Duration.ZERO).offline(true));
    Set<String> names = new HashSet<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(Node node) {
            names.add(node.getFullName());
            return CompositeBehavior.ENTER_TRANSFORM;
          }
        });
    return names;
  }
}
