package dev.weir.kafka;

import com.google.common.base.Throwables;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The position at which a job without a checkpoint starts to read a topic. It is resolved once,
 * when the pipeline is assembled, to one offset per partition: a job that fails before its first
 * checkpoint starts again at the same records.
 *
 * @param time null unless the place is {@link Place#TIME}
 */
public record TopicStart(Place place, Instant time) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TopicStart.class);

  /** How long the broker may take to answer one request. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** The kinds of start. */
  public enum Place {
    EARLIEST,
    LATEST,
    TIME
  }

  /** Starts at the first record that the topic still has; needs no lookup. */
  public static TopicStart earliest() {
    return new TopicStart(Place.EARLIEST, null);
  }

  /** Starts at the current end of the topic. */
  public static TopicStart latest() {
    return new TopicStart(Place.LATEST, null);
  }

  /**
   * Starts each partition at its first record whose timestamp is at or after this time, or at its
   * current end if there is no such record.
   */
  public static TopicStart at(Instant time) {
    return new TopicStart(Place.TIME, time);
  }

  /**
   * Returns the offsets of all partitions, by their numbers; none stands for their beginnings.
   *
   * @throws IllegalStateException if the offsets cannot be looked up; the message is one line
   */
  List<Long> offsets(KafkaCluster cluster, String topic) {
    return offsets(cluster, topic, TopicStart::client);
  }

  /** Like {@link #offsets(KafkaCluster, String)}, with a client of the cluster. */
  List<Long> offsets(
      KafkaCluster cluster, String topic, Function<KafkaCluster, Consumer<byte[], byte[]>> client) {
    if (place == Place.EARLIEST) {
      return List.of();
    }
    try {
      Consumer<byte[], byte[]> consumer = client.apply(cluster);
      try {
        List<Long> offsets = offsets(consumer, topic);
        LOG.info("reading topic {} from the offsets {} of its partitions", topic, offsets);
        return offsets;
      } finally {
        consumer.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      IllegalStateException failed =
          new IllegalStateException(
              "--from: the offsets of topic "
                  + topic
                  + " at "
                  + cluster.bootstrapServers()
                  + " cannot be looked up: "
                  + (e instanceof TimeoutException
                      ? "no Kafka broker answers"
                      : Throwables.getRootCause(e).getMessage()));
      // Suppressed, not the cause: the user is shown the innermost cause.
      failed.addSuppressed(e);
      throw failed;
    }
  }

  /** By partition number; Kafka numbers partitions from 0 without gaps. */
  private List<Long> offsets(Consumer<?, ?> consumer, String topic) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      throw new KafkaException("the topic does not exist");
    }
    List<TopicPartition> all =
        partitions.stream()
            .sorted(Comparator.comparing(PartitionInfo::partition))
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    // End offsets before times: a record written between the two lookups must not be skipped.
    Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(all));
    if (place == Place.TIME) {
      // Kafka has no times before 1970.
      long millis = time.isBefore(Instant.EPOCH) ? 0 : time.toEpochMilli();
      Map<TopicPartition, Long> times = new HashMap<>();
      all.forEach(partition -> times.put(partition, millis));
      for (Map.Entry<TopicPartition, OffsetAndTimestamp> first :
          consumer.offsetsForTimes(times).entrySet()) {
        if (first.getValue() != null) {
          offsets.put(first.getKey(), first.getValue().offset());
        }
      }
    }
    return all.stream().map(offsets::get).toList();
  }

  private static Consumer<byte[], byte[]> client(KafkaCluster cluster) {
    int answer = Math.toIntExact(ANSWER.toMillis());
    return cluster.consumer(
        Map.of(
            ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            answer,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            answer,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"));
  }
}
