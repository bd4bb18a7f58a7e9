package dev.weir.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Creates the consumers of a cluster, which start at given offsets. If the checkpoint has a
 * position, Beam seeks to it, and that position wins; otherwise Beam reads from the consumer's own
 * position. A partition without a given offset, or whose offset no longer exists, starts at its
 * beginning: see {@code auto.offset.reset}.
 *
 * <p>This class is part of the source and therefore of Flink's snapshots: a restored job reads from
 * the cluster, and with the properties, that its snapshot was taken with.
 */
public final class TopicConsumers
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final KafkaCluster cluster;
  private final List<Long> offsets;

  /**
   * @param offsets the offsets, by partition number; empty to start at the beginning
   */
  TopicConsumers(KafkaCluster cluster, List<Long> offsets) {
    this.cluster = cluster;
    this.offsets = List.copyOf(offsets);
  }

  List<Long> offsets() {
    return offsets;
  }

  @Override
  public Consumer<byte[], byte[]> apply(Map<String, Object> settings) {
    return cluster.consumer(settings, SeekingConsumer::new);
  }

  private final class SeekingConsumer extends KafkaConsumer<byte[], byte[]> {
    SeekingConsumer(Map<String, Object> settings) {
      super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
      super.assign(partitions);
      for (TopicPartition partition : partitions) {
        if (partition.partition() < offsets.size()) {
          seek(partition, offsets.get(partition.partition()));
        }
      }
    }
  }
}
