package dev.weir.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.kafka.KafkaCheckpointMark;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecordCoder;
import org.apache.beam.sdk.io.kafka.KafkaSources;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic with Beam's {@code KafkaIO}, and adds what that lacks: a saved position that no
 * longer exists is an error, partitions that are added to the topic are read, and the remaining
 * records of a poll are emitted as one element. Partition {@code n} belongs to split {@code n}
 * modulo the number of splits, which is fixed when a job first starts.
 *
 * <p>This class is part of Flink's snapshots: a restored job reads from the cluster, and with the
 * properties, that its snapshot was taken with.
 */
final class TopicSource
    extends UnboundedSource<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>, TopicPosition> {
  private static final long serialVersionUID = 1L;

  /** The number of a source that is not split yet. */
  private static final int UNSPLIT = -1;

  /** Well below the time in which producers find new partitions, five minutes by default. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final KafkaCluster cluster;
  private final String topic;
  private final List<Long> first;
  private final String group;
  private final TimestampPolicyFactory<byte[], byte[]> times;
  private final int partitions;
  private final int split;
  private final int splits;

  private TopicSource(
      KafkaCluster cluster,
      String topic,
      List<Long> first,
      String group,
      TimestampPolicyFactory<byte[], byte[]> times,
      int partitions,
      int split,
      int splits) {
    this.cluster = cluster;
    this.topic = topic;
    this.first = List.copyOf(first);
    this.group = group;
    this.times = times;
    this.partitions = partitions;
    this.split = split;
    this.splits = splits;
  }

  /**
   * @param first the offsets at which a job without a checkpoint starts, by partition; partitions
   *     without one start at their beginning
   * @param group the consumer group that positions are committed to; null commits none
   * @param partitions how many the topic has when the pipeline is assembled; 0 for a pipeline that
   *     is never run
   */
  static TopicSource of(
      KafkaCluster cluster,
      String topic,
      List<Long> first,
      String group,
      TimestampPolicyFactory<byte[], byte[]> times,
      int partitions) {
    return new TopicSource(cluster, topic, first, group, times, partitions, UNSPLIT, 1);
  }

  /**
   * Does not ask the broker. Beam's Flink runner calls this in the background when a job starts: a
   * checkpoint that completes before it returns has no splits, and a job that is restored from it
   * reads nothing, forever. A job takes its first checkpoint after all of its tasks have started,
   * by when this has long returned.
   */
  @Override
  public List<TopicSource> split(int desired, PipelineOptions options) {
    if (partitions == 0) {
      throw new IllegalStateException(
          "the pipeline was assembled without contacting a broker and cannot be run");
    }
    int count = Math.min(desired, partitions);
    return IntStream.range(0, count)
        .mapToObj(
            number ->
                new TopicSource(cluster, topic, first, group, times, partitions, number, count))
        .toList();
  }

  @Override
  public BatchReader createReader(PipelineOptions options, TopicPosition saved) {
    TopicSource source = split == UNSPLIT ? split(1, options).get(0) : this;
    TopicPosition start = saved == null ? TopicPosition.none() : saved;
    return new BatchReader(source, new TopicReader(source, options, start, LOOK_EVERY));
  }

  TopicAdmin admin() {
    return new TopicAdmin(cluster, topic);
  }

  /** The topic and its brokers, for messages. */
  String place() {
    return "topic " + topic + " at " + cluster.bootstrapServers();
  }

  List<Integer> share(TopicState now) {
    return TopicAdmin.share(now.partitions(), split, splits);
  }

  /** Returns where this split starts. */
  SplitStart start(TopicPosition saved, TopicState now, TopicAdmin admin, boolean gapsAllowed) {
    List<Integer> share = share(now);
    if (share.isEmpty()) {
      throw LostPosition.withoutPartition(place(), split, now);
    }
    return SplitStart.of(place(), first, saved, now, share, admin.ranges(share), gapsAllowed);
  }

  /**
   * Returns Beam's reader of the partitions of a position, which starts there.
   *
   * @param sizes counts the polled records
   */
  UnboundedReader<KafkaRecord<byte[], byte[]>> reader(
      PipelineOptions options, TopicPosition position, PolledSizes sizes) throws IOException {
    KafkaIO.Read<byte[], byte[]> read =
        KafkaIO.<byte[], byte[]>read()
            .withBootstrapServers(cluster.bootstrapServers())
            .withTopicPartitions(
                position.partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.number()))
                    .toList())
            .withKeyDeserializer(ByteArrayDeserializer.class)
            .withValueDeserializer(ByteArrayDeserializer.class)
            .withConsumerConfigUpdates(TopicConsumers.SETTINGS)
            .withConsumerFactoryFn(new TopicConsumers(cluster, topic, sizes))
            .withTimestampPolicyFactory(times);
    if (group != null) {
      read =
          read.withConsumerConfigUpdates(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))
              .commitOffsetsInFinalize();
    }
    return KafkaSources.of(read, split)
        .createReader(options, new KafkaCheckpointMark(position.marks(topic), Optional.empty()));
  }

  @Override
  public Coder<TopicPosition> getCheckpointMarkCoder() {
    return TopicPosition.CODER;
  }

  @Override
  public Coder<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> getOutputCoder() {
    Coder<byte[]> bytes = NullableCoder.of(ByteArrayCoder.of());
    return ListCoder.of(
        TimestampedValue.TimestampedValueCoder.of(KafkaRecordCoder.of(bytes, bytes)));
  }

  @Override
  public String toString() {
    return place() + ", split " + split + " of " + splits;
  }
}
