package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class TopicStartTest {
  private static final String TOPIC = "loans";
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final KafkaCluster CLUSTER = KafkaCluster.at("broker:9092");

  private final Topic topic = new Topic();

  @Test
  void theEarliestNeedsNoLookUp() {
    assertThat(
        TopicStart.earliest()
            .offsets(
                CLUSTER,
                TOPIC,
                cluster -> {
                  throw new AssertionError("a client was created");
                }),
        is(List.of()));
  }

  @Test
  void theLatestIsTheEndOfEachPartition() {
    topic.ends(7, 0, 12);

    assertThat(offsets(TopicStart.latest()), is(List.of(7L, 0L, 12L)));
    assertThat(topic.closed(), is(true));
  }

  @Test
  void aTimeIsTheFirstRecordAtOrAfterItOrElseTheEnd() {
    topic.ends(7, 0, 12);
    topic.first(0, NOON, 3);

    assertThat(offsets(TopicStart.at(NOON)), is(List.of(3L, 0L, 12L)));
  }

  @Test
  void aRecordThatIsWrittenDuringTheLookUpIsNotSkipped() {
    topic.ends(7);
    topic.whileTimesAreLookedUp = () -> topic.ends(8);

    assertThat(offsets(TopicStart.at(NOON)), is(List.of(7L)));
  }

  @Test
  void aTimeBefore1970IsTheEarliestThatKafkaHas() {
    topic.ends(7);
    topic.first(0, Instant.EPOCH, 2);

    assertThat(offsets(TopicStart.at(Instant.parse("0001-01-01T00:00:00Z"))), is(List.of(2L)));
  }

  @Test
  void aMissingTopicIsNamed() {
    assertThat(
        failure(TopicStart.latest()),
        is(
            "--from: the offsets of topic loans at broker:9092 cannot be looked up: the topic"
                + " does not exist"));
  }

  @Test
  void anUnreachableBrokerIsNamed() {
    topic.failure = new TimeoutException("Timed out waiting for a node assignment");

    assertThat(
        failure(TopicStart.at(NOON)),
        is(
            "--from: the offsets of topic loans at broker:9092 cannot be looked up: no Kafka broker answers"));
    assertThat(topic.closed(), is(true));
  }

  @Test
  void anotherFailureIsExplained() {
    topic.failure = new KafkaException("failed", new TopicAuthorizationException("not allowed"));

    assertThat(
        failure(TopicStart.latest()),
        is("--from: the offsets of topic loans at broker:9092 cannot be looked up: not allowed"));
  }

  private List<Long> offsets(TopicStart start) {
    return start.offsets(CLUSTER, TOPIC, cluster -> topic);
  }

  private String failure(TopicStart start) {
    return assertThrows(
            IllegalStateException.class, () -> start.offsets(CLUSTER, TOPIC, cluster -> topic))
        .getMessage();
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  /** A broker with one topic, which exists once it has partitions. */
  private static final class Topic extends MockConsumer<byte[], byte[]> {
    private final Map<TopicPartition, OffsetAndTimestamp> first = new HashMap<>();
    private KafkaException failure;
    private Runnable whileTimesAreLookedUp = () -> {};

    Topic() {
      super(OffsetResetStrategy.EARLIEST);
    }

    void ends(long... offsets) {
      List<PartitionInfo> partitions = new ArrayList<>();
      // In no order, as brokers list them.
      IntStream.range(0, offsets.length)
          .map(n -> offsets.length - 1 - n)
          .forEach(
              n -> {
                partitions.add(
                    new PartitionInfo(TOPIC, n, Node.noNode(), new Node[0], new Node[0]));
                updateEndOffsets(Map.of(partition(n), offsets[n]));
              });
      updatePartitions(TOPIC, partitions);
    }

    void first(int partition, Instant from, long offset) {
      first.put(partition(partition), new OffsetAndTimestamp(offset, from.toEpochMilli()));
    }

    @Override
    public synchronized List<PartitionInfo> partitionsFor(String name) {
      if (failure != null) {
        throw failure;
      }
      return super.partitionsFor(name);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      whileTimesAreLookedUp.run();
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      times.forEach(
          (partition, time) -> {
            OffsetAndTimestamp one = first.get(partition);
            found.put(partition, one == null || one.timestamp() < time ? null : one);
          });
      return found;
    }
  }
}
