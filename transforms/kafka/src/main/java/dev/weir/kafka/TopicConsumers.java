package dev.weir.kafka;

import com.google.common.base.Throwables;
import dev.weir.kafka.TopicAdmin.Range;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the consumers of a topic. They fail if their position no longer exists. They commit
 * positions without waiting: a consumer group that cannot be written to holds nothing up, and is a
 * warning.
 */
final class TopicConsumers
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TopicConsumers.class);

  /** What every consumer of a topic needs. */
  static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
          // A topic that is deleted must not come back empty.
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
          ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");

  private final KafkaCluster cluster;
  private final String topic;

  /** Not serialized: it counts the polls of the reader that created this object. */
  private final transient PolledSizes sizes;

  /**
   * @param sizes counts the polled records
   */
  TopicConsumers(KafkaCluster cluster, String topic, PolledSizes sizes) {
    this.cluster = cluster;
    this.topic = topic;
    this.sizes = sizes;
  }

  @Override
  public Consumer<byte[], byte[]> apply(Map<String, Object> settings) {
    return cluster.consumer(settings, TopicConsumer::new);
  }

  private final class TopicConsumer extends KafkaConsumer<byte[], byte[]> {
    private boolean commits = true;

    TopicConsumer(Map<String, Object> settings) {
      super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The form that Beam calls. */
    @Override
    @Deprecated
    public ConsumerRecords<byte[], byte[]> poll(long millis) {
      try {
        ConsumerRecords<byte[], byte[]> records = super.poll(millis);
        sizes.polled(records.count());
        return records;
      } catch (OffsetOutOfRangeException e) {
        LostPosition lost = lost(e.offsetOutOfRangePartitions());
        // Suppressed, not the cause: the user is shown the innermost cause.
        lost.addSuppressed(e);
        throw lost;
      }
    }

    private LostPosition lost(Map<TopicPartition, Long> positions) {
      Set<TopicPartition> partitions = positions.keySet();
      Map<TopicPartition, Long> ends = endOffsets(partitions);
      Map<TopicPartition, Long> begins = beginningOffsets(partitions);
      Map<Integer, Long> next = new HashMap<>();
      Map<Integer, Range> ranges = new HashMap<>();
      positions.forEach(
          (partition, offset) -> {
            next.put(partition.partition(), offset);
            ranges.put(
                partition.partition(), new Range(begins.get(partition), ends.get(partition)));
          });
      return LostPosition.outside(
          "topic " + topic + " at " + cluster.bootstrapServers(), next, ranges);
    }

    /** The form that Beam calls, from the thread that reads. */
    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      commitAsync(offsets, (positions, failure) -> committed(failure));
    }

    private void committed(Exception failure) {
      if (failure == null) {
        commits = true;
      } else if (commits) {
        commits = false;
        LOG.warn(
            "the positions in topic {} cannot be committed to the consumer group {}: {}; its lag"
                + " cannot be seen there, and nothing else depends on it",
            topic,
            groupMetadata().groupId(),
            Throwables.getRootCause(failure).getMessage());
      }
    }
  }
}
