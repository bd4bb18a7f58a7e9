package dev.weir.kafka.once;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * What a topic has now.
 *
 * @param topicId empty if the broker does not report it
 * @param beginnings the first offset of each partition
 * @param ends the offset after the last record of each partition, whether it is committed or not
 */
record TopicBounds(String topicId, Map<Integer, Long> beginnings, Map<Integer, Long> ends) {
  static TopicBounds of(Admin admin, String topic, List<TopicPartition> partitions) {
    try {
      Uuid id = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
      return new TopicBounds(
          id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString(),
          offsets(admin, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED),
          offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while offsets were looked up", e);
    }
  }

  /** Returns the offset of the first open transaction of each partition, or else its end. */
  static Map<Integer, Long> stableEnds(Admin admin, List<TopicPartition> partitions) {
    try {
      return offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while offsets were looked up", e);
    }
  }

  /** Returns these bounds with other ends. */
  TopicBounds endingAt(Map<Integer, Long> otherEnds) {
    return new TopicBounds(topicId, beginnings, otherEnds);
  }

  private static Map<Integer, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
    Map<Integer, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found :
        admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all().get().entrySet()) {
      offsets.put(found.getKey().partition(), found.getValue().offset());
    }
    return offsets;
  }

  /**
   * Returns the offset from which a partition is read back.
   *
   * @param from null to read from the beginning
   * @throws PublishException if records may be missing from there on, unless repeats are allowed
   */
  long start(TopicPartition partition, Long from, String knownTopicId, TopicLog.Spec spec) {
    long beginning = beginnings.get(partition.partition());
    if (from == null) {
      return beginning;
    }
    String problem = null;
    if (!knownTopicId.isEmpty() && !topicId.isEmpty() && !knownTopicId.equals(topicId)) {
      problem = "the topic was deleted and created again since the checkpoint";
    } else if (from > ends.get(partition.partition())) {
      problem =
          "the checkpoint's offset "
              + from
              + " is after the partition's end, "
              + ends.get(partition.partition());
    } else if (from < beginning) {
      problem =
          "the records from the checkpoint's offset "
              + from
              + " up to "
              + beginning
              + " were deleted (retention)";
    }
    if (problem == null) {
      return from;
    }
    if (!spec.repeatsAllowed()) {
      throw new PublishException(
          "sink "
              + spec.sinkId()
              + ": what it has published to partition "
              + partition.partition()
              + " of "
              + spec.place()
              + " cannot be read back: "
              + problem
              + ". Restore a later checkpoint, or start with --allowRepeats, which may publish"
              + " records that were published before a second time");
    }
    return beginning;
  }
}
