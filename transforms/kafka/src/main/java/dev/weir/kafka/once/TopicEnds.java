package dev.weir.kafka.once;

import dev.weir.kafka.KafkaCluster;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a topic ended when a pipeline was assembled.
 *
 * @param topicId empty if it is not known
 * @param offsets the offset after the last record, by partition number
 */
record TopicEnds(String topicId, List<Long> offsets) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** For a pipeline that never runs. */
  static TopicEnds unknown() {
    return new TopicEnds("", List.of(0L));
  }

  /**
   * @throws PublishException if they cannot be looked up; the message is one line
   */
  static TopicEnds of(KafkaCluster cluster, String topic) {
    try (Admin admin = cluster.admin(Map.of())) {
      int count =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      TopicBounds bounds =
          TopicBounds.of(
              admin,
              topic,
              IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList());
      return new TopicEnds(
          bounds.topicId(), IntStream.range(0, count).mapToObj(bounds.ends()::get).toList());
    } catch (ExecutionException e) {
      throw failed(cluster, topic, e.getCause());
    } catch (KafkaException e) {
      throw failed(cluster, topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while a topic was looked up", e);
    }
  }

  private static PublishException failed(KafkaCluster cluster, String topic, Throwable why) {
    PublishException failed =
        new PublishException(
            "topic "
                + topic
                + " at "
                + cluster.bootstrapServers()
                + " cannot be looked up: "
                + why.getMessage());
    // Suppressed, not the cause: the user is shown the innermost cause.
    failed.addSuppressed(why);
    return failed;
  }

  int partitions() {
    return offsets.size();
  }

  /** Returns the offsets by partition. */
  Map<Integer, Long> byPartition() {
    return IntStream.range(0, partitions()).boxed().collect(Collectors.toMap(n -> n, offsets::get));
  }
}
