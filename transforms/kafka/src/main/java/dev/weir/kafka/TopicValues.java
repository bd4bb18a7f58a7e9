package dev.weir.kafka;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.io.Serializable;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Instant;

/** How the values of a topic become raw records. */
public interface TopicValues extends Serializable {

  /**
   * @param value null for a tombstone
   * @throws UnreadableRecord if no parser could read the value; it becomes a dead letter
   */
  RawRecord read(byte[] value, Origin origin) throws UnreadableRecord;

  /**
   * Returns a function that finds the time in values as they are on the topic. It becomes part of
   * Flink's snapshots.
   *
   * @param time finds the time in the bytes of a raw record
   */
  SerializableFunction<byte[], Instant> timeIn(SerializableFunction<byte[], Instant> time);

  /** Returns whether the values are the bytes of raw records, as they are on the topic. */
  default boolean areRaw() {
    return false;
  }

  /** Values that are the bytes of raw records; a tombstone is a record without bytes. */
  static TopicValues plain(Encoding encoding) {
    return new Plain(encoding);
  }

  /** See {@link #plain}. */
  record Plain(Encoding encoding) implements TopicValues {
    @Override
    public RawRecord read(byte[] value, Origin origin) {
      return new RawRecord(value == null ? new byte[0] : value, encoding, origin);
    }

    @Override
    public boolean areRaw() {
      return true;
    }

    @Override
    public SerializableFunction<byte[], Instant> timeIn(
        SerializableFunction<byte[], Instant> time) {
      return time;
    }
  }
}
