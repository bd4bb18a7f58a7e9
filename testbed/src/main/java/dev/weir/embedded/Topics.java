package dev.weir.embedded;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics of a local broker. */
public final class Topics {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private Topics() {}

  /** Creates a topic and returns once all its partitions are usable; keeps an existing one. */
  public static void create(Admin admin, String name, int partitions) {
    try {
      answer(admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException(
            "cannot create topic " + name + ": " + e.getCause().getMessage(), e.getCause());
      }
    }
    // The controller answers before the broker knows the topic.
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (!isUsable(admin, name)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "topic " + name + " has no leaders after " + ANSWER_LIMIT.toSeconds() + " s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private static boolean isUsable(Admin admin, String topic) {
    try {
      TopicDescription description =
          answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
      if (description.partitions().stream().anyMatch(partition -> partition.leader() == null)) {
        return false;
      }
      // The broker names itself as the leader before it has opened the partition. A producer that
      // sends several batches meanwhile may lose the first one.
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      description
          .partitions()
          .forEach(
              partition ->
                  ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
      answer(admin.listOffsets(ends).all());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new IllegalStateException("cannot describe topic " + topic, e.getCause());
    }
  }

  /** Returns the answer of the broker. */
  static <T> T answer(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }
}
