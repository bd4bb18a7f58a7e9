package dev.weir.intake;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes consumers that begin at given offsets of the partitions they are assigned. Beam asks a
 * consumer for its position where it has no checkpoint of a partition, and seeks to the
 * checkpoint's where it has one: that wins. A partition that was added later begins at its
 * beginning, and so does one whose offset no longer exists, as {@code auto.offset.reset} says.
 *
 * <p>It is part of Flink's snapshots, with the source.
 */
public final class SeekingConsumers
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final List<Long> offsets;

  /**
   * @param offsets by partition
   */
  SeekingConsumers(List<Long> offsets) {
    this.offsets = List.copyOf(offsets);
  }

  List<Long> offsets() {
    return offsets;
  }

  @Override
  public Consumer<byte[], byte[]> apply(Map<String, Object> settings) {
    return new SeekingConsumer(settings);
  }

  private final class SeekingConsumer extends KafkaConsumer<byte[], byte[]> {
    SeekingConsumer(Map<String, Object> settings) {
      super(settings);
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
