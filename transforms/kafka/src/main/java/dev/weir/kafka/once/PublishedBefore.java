package dev.weir.kafka.once;

import com.google.common.primitives.Ints;
import dev.weir.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Looks for records that a sink has published to a topic. */
public final class PublishedBefore {
  /** How many records at the end of each partition are looked at. */
  public static final int LOOKED_AT = 1_000;

  private static final Duration POLL = Duration.ofMillis(200);

  private PublishedBefore() {}

  /**
   * Returns what shows that the sink has published to the topic: a transactional id that the broker
   * has of it (for a week after its last use, unless configured otherwise), or the place {@code
   * partition/offset} of a record. Empty if there is neither such an id nor a record at one of the
   * last {@link #LOOKED_AT} offsets of each partition, or no such topic.
   *
   * @throws org.apache.kafka.common.KafkaException if the topic cannot be read
   */
  public static Optional<String> find(KafkaCluster cluster, String topic, String sinkId) {
    Optional<String> id = transactionalId(cluster, sinkId + "/" + topic + "/");
    if (id.isPresent()) {
      return id;
    }
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    try (Consumer<byte[], byte[]> consumer = cluster.consumer(settings)) {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found == null) {
        return Optional.empty();
      }
      List<TopicPartition> all =
          found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      return find(consumer, all, sinkId);
    }
  }

  private static Optional<String> transactionalId(KafkaCluster cluster, String prefix) {
    try (Admin admin = cluster.admin(Map.of())) {
      return admin.listTransactions().all().get().stream()
          .map(TransactionListing::transactionalId)
          .filter(
              id -> id.startsWith(prefix) && Ints.tryParse(id.substring(prefix.length())) != null)
          .min(Comparator.naturalOrder())
          .map(id -> "transactional id " + id);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnsupportedVersionException) {
        // Brokers before 3.0 list no transactions; the headers remain.
        return Optional.empty();
      }
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static Optional<String> find(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> all, String sinkId) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
    consumer.assign(all);
    Set<TopicPartition> open = new HashSet<>();
    for (TopicPartition partition : all) {
      long end = ends.get(partition);
      consumer.seek(partition, Math.max(beginnings.get(partition), end - LOOKED_AT));
      if (beginnings.get(partition) < end) {
        open.add(partition);
      }
    }
    while (!open.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Optional<RecordTag> tag = RecordTag.of(record.headers());
        if (tag.isPresent() && tag.get().sinkId().equals(sinkId)) {
          return Optional.of(record.partition() + "/" + record.offset());
        }
      }
      open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
    }
    return Optional.empty();
  }
}
