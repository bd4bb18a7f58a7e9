package dev.weir.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Emits the remaining records of a poll as one element, because a runner's work per element of a
 * source is expensive: Beam's Flink runner copies all metrics of the source after each one. A batch
 * never waits for another record.
 */
final class BatchReader
    extends UnboundedReader<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> {
  /** A batch ends once its keys and values have this many bytes. */
  private static final int MOST_BYTES = 1 << 20;

  /** Kafka's default for a poll. A runner takes no checkpoint within a batch. */
  private static final int MOST_RECORDS = 500;

  private final TopicSource source;
  private final TopicReader reader;
  private List<TimestampedValue<KafkaRecord<byte[], byte[]>>> batch;
  private Instant earliest;

  BatchReader(TopicSource source, TopicReader reader) {
    this.source = source;
    this.reader = reader;
  }

  @Override
  public boolean start() throws IOException {
    return fill(reader.start());
  }

  @Override
  public boolean advance() throws IOException {
    return fill(reader.advance());
  }

  private boolean fill(boolean any) throws IOException {
    batch = null;
    if (!any) {
      return false;
    }
    List<TimestampedValue<KafkaRecord<byte[], byte[]>>> filled = new ArrayList<>();
    Instant first = reader.getCurrentTimestamp();
    long bytes = 0;
    boolean more = true;
    while (more) {
      KafkaRecord<byte[], byte[]> record = reader.getCurrent();
      Instant time = reader.getCurrentTimestamp();
      filled.add(TimestampedValue.of(record, time));
      first = time.isBefore(first) ? time : first;
      bytes += length(record.getKV().getKey()) + length(record.getKV().getValue());
      boolean full = bytes >= MOST_BYTES || filled.size() == MOST_RECORDS;
      more = !full && reader.hasNext() && reader.next();
    }
    batch = filled;
    earliest = first;
    return true;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  @Override
  public List<TimestampedValue<KafkaRecord<byte[], byte[]>>> getCurrent() {
    if (batch == null) {
      throw new NoSuchElementException();
    }
    return batch;
  }

  /** Returns the earliest time of the batch, so that each of its records may be emitted. */
  @Override
  public Instant getCurrentTimestamp() {
    if (batch == null) {
      throw new NoSuchElementException();
    }
    return earliest;
  }

  @Override
  public Instant getWatermark() {
    return reader.getWatermark();
  }

  @Override
  public TopicPosition getCheckpointMark() {
    return reader.getCheckpointMark();
  }

  @Override
  public long getSplitBacklogBytes() {
    return reader.getSplitBacklogBytes();
  }

  @Override
  public UnboundedSource<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>, ?>
      getCurrentSource() {
    return source;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
