package dev.weir.kafka;

import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.ProducerRecordCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records to a Kafka topic, each at least once, and those of one key in order. A record
 * above the size limit of the producer or the topic fails the bundle with a message that names the
 * remedy: a result is never dropped.
 */
final class WriteTopic extends PTransform<PCollection<ProducerRecord<byte[], byte[]>>, PDone> {
  private static final long serialVersionUID = 1L;

  static final Coder<ProducerRecord<byte[], byte[]>> RECORDS =
      ProducerRecordCoder.of(
          NullableCoder.of(ByteArrayCoder.of()), NullableCoder.of(ByteArrayCoder.of()));

  /** Kafka's own default, 1 MiB. */
  static final int STANDARD_REQUEST = 1 << 20;

  /** Kafka's own default, 32 MiB; a producer's requests must fit into it. */
  private static final long STANDARD_BUFFER = 32L << 20;

  private final KafkaCluster cluster;
  private final String topic;
  private final int maxRequestSize;

  /**
   * @param maxRequestSize bytes of the largest request, and therefore of the largest record
   */
  WriteTopic(KafkaCluster cluster, String topic, int maxRequestSize) {
    this.cluster = cluster;
    this.topic = topic;
    this.maxRequestSize = maxRequestSize;
  }

  @Override
  public PDone expand(PCollection<ProducerRecord<byte[], byte[]>> records) {
    return records.apply(
        "WriteKafka",
        KafkaIO.<byte[], byte[]>writeRecords()
            .withBootstrapServers(cluster.bootstrapServers())
            .withTopic(topic)
            .withKeySerializer(ByteArraySerializer.class)
            .withValueSerializer(ByteArraySerializer.class)
            .withProducerFactoryFn(new LargeRecords.Factory(cluster))
            .withProducerConfigUpdates(
                Map.of(
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    true,
                    ProducerConfig.LINGER_MS_CONFIG,
                    5,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    maxRequestSize,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    Math.max(STANDARD_BUFFER, 2L * maxRequestSize),
                    // KafkaIO's own default gives up during a leader change.
                    ProducerConfig.RETRIES_CONFIG,
                    Integer.MAX_VALUE)));
  }
}
