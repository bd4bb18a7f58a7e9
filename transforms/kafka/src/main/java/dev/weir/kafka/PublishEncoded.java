package dev.weir.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes records to a Kafka topic in any encoding, each at least once; otherwise like {@link
 * PublishJson}.
 *
 * @param <T> a record
 */
public final class PublishEncoded<T> extends PTransform<PCollection<T>, PDone> {
  private static final long serialVersionUID = 1L;

  private final KafkaCluster cluster;
  private final String topic;
  private final SerializableFunction<T, String> key;
  private final SerializableFunction<T, byte[]> value;
  private final int maxRequestSize;

  private PublishEncoded(
      KafkaCluster cluster,
      String topic,
      SerializableFunction<T, String> key,
      SerializableFunction<T, byte[]> value,
      int maxRequestSize) {
    this.cluster = cluster;
    this.topic = topic;
    this.key = key;
    this.value = value;
    this.maxRequestSize = maxRequestSize;
  }

  /**
   * @param key the record's natural key
   * @param value encodes a record; equal records should get equal bytes
   */
  public static <T> PublishEncoded<T> to(
      KafkaCluster cluster,
      String topic,
      SerializableFunction<T, String> key,
      SerializableFunction<T, byte[]> value) {
    return new PublishEncoded<>(
        Objects.requireNonNull(cluster),
        Objects.requireNonNull(topic),
        Objects.requireNonNull(key),
        Objects.requireNonNull(value),
        WriteTopic.STANDARD_REQUEST);
  }

  /**
   * @param bytes size of the largest record; defaults to Kafka's own limit, 1 MiB
   */
  public PublishEncoded<T> withMaxRequestSize(int bytes) {
    return new PublishEncoded<>(cluster, topic, key, value, bytes);
  }

  @Override
  public PDone expand(PCollection<T> records) {
    return records
        .apply(
            "Encode",
            MapElements.into(new TypeDescriptor<ProducerRecord<byte[], byte[]>>() {})
                .via(new Encode<>(topic, key, value)))
        .setCoder(WriteTopic.RECORDS)
        .apply("WriteTopic", new WriteTopic(cluster, topic, maxRequestSize));
  }

  private record Encode<T>(
      String topic, SerializableFunction<T, String> key, SerializableFunction<T, byte[]> value)
      implements SerializableFunction<T, ProducerRecord<byte[], byte[]>> {
    @Override
    public ProducerRecord<byte[], byte[]> apply(T record) {
      return new ProducerRecord<>(
          topic, key.apply(record).getBytes(StandardCharsets.UTF_8), value.apply(record));
    }
  }
}
