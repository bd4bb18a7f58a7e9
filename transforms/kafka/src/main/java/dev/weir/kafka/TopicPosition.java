package dev.weir.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.kafka.KafkaCheckpointMark;
import org.apache.beam.sdk.io.kafka.KafkaCheckpointMark.PartitionMark;

/**
 * What a checkpoint keeps of a split: which topic it reads, and its position in each of its
 * partitions.
 *
 * @param topicId the id that Kafka gave the topic when it was created; empty if it is not known
 * @param partitions in the order of their numbers; empty if the split has not started
 * @param committed the positions for {@link #finalizeCheckpoint}; null after a restore
 */
record TopicPosition(String topicId, List<Partition> partitions, KafkaCheckpointMark committed)
    implements CheckpointMark {
  static final Coder CODER = new Coder();

  /**
   * @param offset the offset of the next record
   * @param watermark the event time that the partition has reached, in milliseconds
   */
  record Partition(int number, long offset, long watermark) {}

  TopicPosition {
    partitions = List.copyOf(partitions);
  }

  TopicPosition(String topicId, List<Partition> partitions) {
    this(topicId, partitions, null);
  }

  /** The position of a split that has not started. */
  static TopicPosition none() {
    return new TopicPosition("", List.of());
  }

  static TopicPosition of(String topicId, KafkaCheckpointMark mark) {
    return new TopicPosition(
        topicId,
        mark.getPartitions().stream()
            .map(
                partition ->
                    new Partition(
                        partition.getPartition(),
                        partition.getNextOffset(),
                        partition.getWatermarkMillis()))
            .toList(),
        mark);
  }

  List<PartitionMark> marks(String topic) {
    return partitions.stream()
        .map(
            partition ->
                new PartitionMark(
                    topic, partition.number(), partition.offset(), partition.watermark()))
        .toList();
  }

  @Override
  public void finalizeCheckpoint() {
    if (committed != null) {
      committed.finalizeCheckpoint();
    }
  }

  /** Encodes a position behind the number of its format. */
  static final class Coder extends AtomicCoder<TopicPosition> {
    private static final long serialVersionUID = 1L;
    private static final int FORMAT = 1;

    @Override
    public void encode(TopicPosition position, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeByte(FORMAT);
      data.writeUTF(position.topicId());
      data.writeInt(position.partitions().size());
      for (Partition partition : position.partitions()) {
        data.writeInt(partition.number());
        data.writeLong(partition.offset());
        data.writeLong(partition.watermark());
      }
      data.flush();
    }

    @Override
    public TopicPosition decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      int format = data.readByte();
      if (format != FORMAT) {
        throw new IOException("a position in a topic has the unknown format " + format);
      }
      String topicId = data.readUTF();
      int count = data.readInt();
      List<Partition> partitions = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        partitions.add(new Partition(data.readInt(), data.readLong(), data.readLong()));
      }
      return new TopicPosition(topicId, partitions);
    }
  }
}
