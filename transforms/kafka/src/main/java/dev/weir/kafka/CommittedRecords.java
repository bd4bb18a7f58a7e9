package dev.weir.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The records of a topic that are committed when this object is made, from the first one that the
 * topic still has: what a {@code read_committed} consumer sees. It is read in this process, without
 * a consumer group. Not thread-safe.
 */
public final class CommittedRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** A broker that delivers nothing for so long is taken for lost. */
  private static final int EMPTY_POLLS = 120;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Map<TopicPartition, Long> begin;
  private final Map<TopicPartition, Long> end;

  private CommittedRecords(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
    List<TopicPartition> partitions = new ArrayList<>();
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic " + topic);
    }
    found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    begin = consumer.beginningOffsets(partitions);
    end = consumer.endOffsets(partitions);
  }

  /**
   * Looks up the offsets.
   *
   * @throws KafkaException if there is no such topic, or the broker cannot be used
   */
  public static CommittedRecords of(KafkaCluster cluster, String topic) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-verify-" + topic);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    Consumer<byte[], byte[]> consumer = cluster.consumer(settings);
    try {
      return new CommittedRecords(consumer, topic);
    } catch (RuntimeException | Error e) {
      consumer.close(Duration.ZERO);
      throw e;
    }
  }

  /** Returns whether the topic still has the first record of each partition. */
  public boolean isFromTheStart() {
    return begin.values().stream().allMatch(offset -> offset == 0);
  }

  /** Reads all records, those of a partition in order. May be called again. */
  public void forEach(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
    List<TopicPartition> open = new ArrayList<>();
    for (TopicPartition partition : end.keySet()) {
      if (begin.get(partition) < end.get(partition)) {
        open.add(partition);
      }
    }
    consumer.assign(open);
    open.forEach(partition -> consumer.seek(partition, begin.get(partition)));
    int empty = 0;
    while (!open.isEmpty()) {
      boolean any = false;
      for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
        any = true;
        if (next.offset() < end.get(new TopicPartition(topic, next.partition()))) {
          handler.accept(next);
        }
      }
      // The position also passes the markers of transactions, which are no records.
      if (open.removeIf(partition -> consumer.position(partition) >= end.get(partition))) {
        any = true;
        consumer.assign(open);
      }
      empty = any ? 0 : empty + 1;
      if (empty == EMPTY_POLLS) {
        throw new TimeoutException("topic " + topic + ": the broker delivers no more records");
      }
    }
  }

  /**
   * Reads one record again.
   *
   * @return empty if the topic no longer has it
   */
  public Optional<ConsumerRecord<byte[], byte[]>> at(int partition, long offset) {
    TopicPartition there = new TopicPartition(topic, partition);
    consumer.assign(Set.of(there));
    consumer.seek(there, offset);
    for (int poll = 0; poll < EMPTY_POLLS; poll++) {
      for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
        return next.offset() == offset ? Optional.of(next) : Optional.empty();
      }
      if (consumer.position(there) > offset) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close(Duration.ZERO);
  }
}
