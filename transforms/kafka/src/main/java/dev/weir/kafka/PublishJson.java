package dev.weir.kafka;

import dev.weir.encoding.PlainJson;
import java.nio.charset.StandardCharsets;
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
 * Publishes records to a Kafka topic as plain JSON, each at least once; a repeat after a restart
 * has the same key and the same bytes. The timestamp on the topic is the time of sending: for a
 * timestamp too far from its own clock, a broker rejects the record or never deletes it.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class PublishJson<T extends SpecificRecordBase>
    extends PTransform<PCollection<T>, PDone> {
  private static final long serialVersionUID = 1L;

  private final KafkaCluster cluster;
  private final String topic;
  private final SerializableFunction<T, String> key;
  private final int maxRequestSize;

  private PublishJson(
      KafkaCluster cluster, String topic, SerializableFunction<T, String> key, int maxRequestSize) {
    this.cluster = cluster;
    this.topic = topic;
    this.key = key;
    this.maxRequestSize = maxRequestSize;
  }

  /**
   * @param key the record's natural key
   */
  public static <T extends SpecificRecordBase> PublishJson<T> to(
      KafkaCluster cluster, String topic, SerializableFunction<T, String> key) {
    return new PublishJson<>(
        Objects.requireNonNull(cluster),
        Objects.requireNonNull(topic),
        Objects.requireNonNull(key),
        WriteTopic.STANDARD_REQUEST);
  }

  /**
   * @param bytes size of the largest record; defaults to Kafka's own limit, 1 MiB
   */
  public PublishJson<T> withMaxRequestSize(int bytes) {
    return new PublishJson<>(cluster, topic, key, bytes);
  }

  @Override
  public PDone expand(PCollection<T> records) {
    return records
        .apply(
            "RenderJson",
            MapElements.into(new TypeDescriptor<ProducerRecord<byte[], byte[]>>() {})
                .via(new Render<>(topic, key)))
        .setCoder(WriteTopic.RECORDS)
        .apply("WriteTopic", new WriteTopic(cluster, topic, maxRequestSize));
  }

  private record Render<T extends SpecificRecordBase>(
      String topic, SerializableFunction<T, String> key)
      implements SerializableFunction<T, ProducerRecord<byte[], byte[]>> {
    @Override
    public ProducerRecord<byte[], byte[]> apply(T value) {
      return new ProducerRecord<>(
          topic, key.apply(value).getBytes(StandardCharsets.UTF_8), PlainJson.write(value));
    }
  }
}
