package dev.weir.kafka;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes the current row per key to a Kafka topic: plain JSON, or another encoding, under the
 * key, or a tombstone if the row is deleted. The last record of a key is its current state; the
 * topic may be compacted.
 *
 * @param <T> a row
 */
public final class PublishChangelog<T extends SpecificRecordBase>
    extends PTransform<PCollection<RowChange<T>>, PDone> {
  private static final long serialVersionUID = 1L;

  private final KafkaCluster cluster;
  private final String topic;
  private final RowKey key;
  private final int maxRequestSize;
  private final SerializableFunction<T, byte[]> value;

  private PublishChangelog(
      KafkaCluster cluster,
      String topic,
      RowKey key,
      int maxRequestSize,
      SerializableFunction<T, byte[]> value) {
    this.cluster = cluster;
    this.topic = topic;
    this.key = key;
    this.maxRequestSize = maxRequestSize;
    this.value = value;
  }

  public static <T extends SpecificRecordBase> PublishChangelog<T> to(
      KafkaCluster cluster, String topic, RowKey key) {
    return new PublishChangelog<>(
        Objects.requireNonNull(cluster),
        Objects.requireNonNull(topic),
        Objects.requireNonNull(key),
        WriteTopic.STANDARD_REQUEST,
        new Json<>());
  }

  /**
   * @param bytes size of the largest record; defaults to Kafka's own limit, 1 MiB
   */
  public PublishChangelog<T> withMaxRequestSize(int bytes) {
    return new PublishChangelog<>(cluster, topic, key, bytes, value);
  }

  /**
   * @param encoding encodes a row; equal rows should get equal bytes
   */
  public PublishChangelog<T> withValues(SerializableFunction<T, byte[]> encoding) {
    return new PublishChangelog<>(
        cluster, topic, key, maxRequestSize, Objects.requireNonNull(encoding));
  }

  @Override
  public PDone expand(PCollection<RowChange<T>> changes) {
    return changes
        .apply(
            "RenderChange",
            MapElements.into(new TypeDescriptor<ProducerRecord<byte[], byte[]>>() {})
                .via(new Render<>(topic, key, value)))
        .setCoder(WriteTopic.RECORDS)
        .apply("WriteTopic", new WriteTopic(cluster, topic, maxRequestSize));
  }

  public record Render<T extends SpecificRecordBase>(
      String topic, RowKey key, SerializableFunction<T, byte[]> value)
      implements SerializableFunction<RowChange<T>, ProducerRecord<byte[], byte[]>> {

    /** Renders rows as plain JSON. */
    public Render(String topic, RowKey key) {
      this(topic, key, new Json<>());
    }

    @Override
    public ProducerRecord<byte[], byte[]> apply(RowChange<T> change) {
      return new ProducerRecord<>(
          topic,
          key.of(change.row()).getBytes(StandardCharsets.UTF_8),
          change.delete() ? null : value.apply(change.row()));
    }
  }

  private record Json<T extends SpecificRecordBase>() implements SerializableFunction<T, byte[]> {
    @Override
    public byte[] apply(T row) {
      return PlainJson.write(row, RowKey.published(row.getSchema()), Map.of());
    }
  }
}
