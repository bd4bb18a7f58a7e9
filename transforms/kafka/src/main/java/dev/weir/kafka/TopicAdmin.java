package dev.weir.kafka;

import com.google.common.base.Throwables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Describes one topic. Every failure names the topic and its brokers. */
final class TopicAdmin implements AutoCloseable {
  /** How long the broker may take to answer one request. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final KafkaCluster cluster;
  private final String topic;
  private final Admin admin;

  /**
   * @param begins the offset of the first record that exists; the end if there is none
   * @param ends the offset of the next record to be written
   */
  record Range(long begins, long ends) {}

  TopicAdmin(KafkaCluster cluster, String topic) {
    this.cluster = cluster;
    this.topic = topic;
    int answer = Math.toIntExact(ANSWER.toMillis());
    this.admin =
        cluster.admin(
            Map.of(
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                answer,
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                answer));
  }

  /**
   * Returns the number of partitions of a topic.
   *
   * @throws MissingTopic if there is no such topic
   * @throws IllegalStateException if there is no answer
   */
  static int partitions(KafkaCluster cluster, String topic) {
    try (TopicAdmin admin = new TopicAdmin(cluster, topic)) {
      return admin.describe().partitions();
    }
  }

  /**
   * @throws MissingTopic if there is no such topic
   * @throws IllegalStateException if there is no answer
   */
  TopicState describe() {
    return get(request());
  }

  /** Starts to describe the topic. */
  KafkaFuture<TopicState> request() {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .thenApply(described -> state(described.get(topic)));
  }

  private static TopicState state(TopicDescription description) {
    Uuid id = description.topicId();
    // Brokers before 2.8 have no ids.
    return new TopicState(
        id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString(),
        description.partitions().size());
  }

  /**
   * Returns the offsets of each partition, by its number.
   *
   * @throws IllegalStateException if there is no answer
   */
  Map<Integer, Range> ranges(List<Integer> partitions) {
    KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> begins =
        offsets(partitions, OffsetSpec.earliest());
    KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends =
        offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, ListOffsetsResultInfo> first = get(begins);
    Map<TopicPartition, ListOffsetsResultInfo> last = get(ends);
    Map<Integer, Range> ranges = new HashMap<>();
    first.forEach(
        (partition, offset) ->
            ranges.put(
                partition.partition(), new Range(offset.offset(), last.get(partition).offset())));
    return ranges;
  }

  private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      List<Integer> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(number -> asked.put(new TopicPartition(topic, number), which));
    return admin.listOffsets(asked).all();
  }

  <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + place() + " was described", e);
    }
  }

  private IllegalStateException failure(Throwable cause) {
    if (cause instanceof UnknownTopicOrPartitionException) {
      return new MissingTopic(place());
    }
    IllegalStateException failed =
        new IllegalStateException(
            place()
                + " cannot be described: "
                + (cause instanceof TimeoutException
                    ? "no Kafka broker answers"
                    : Throwables.getRootCause(cause).getMessage()));
    // Suppressed, not the cause: the user is shown the innermost cause.
    failed.addSuppressed(cause);
    return failed;
  }

  private String place() {
    return "topic " + topic + " at " + cluster.bootstrapServers();
  }

  /** Does not wait for pending requests. */
  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  /** Returns the numbers below a number that belong to one of so many splits. */
  static List<Integer> share(int partitions, int split, int splits) {
    List<Integer> share = new ArrayList<>();
    for (int number = split; number < partitions; number += splits) {
      share.add(number);
    }
    return share;
  }
}
