package dev.weir.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Creates consumers that start at given offsets. If the checkpoint has a position, Beam seeks to
 * it, and that position wins; otherwise Beam reads from the consumer's own position. A partition
 * without a given offset, or whose offset no longer exists, starts at its beginning: see {@code
 * auto.offset.reset}.
 *
 * <p>This class is part of the source and therefore of Flink's snapshots.
 */
public final class SeekingConsumers
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final List<Long> offsets;

  /**
   * @param offsets the offsets, by partition number
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
