package dev.weir.kafka.registry;

import dev.weir.record.UnreadableRecord;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Instant;

/**
 * Finds the time in a value in the wire format, once it is JSON. A value that cannot be read has
 * none: it becomes a dead letter later. A registry that does not answer is not a value without a
 * time, because that would give the record another time than a replay does: it fails the reader.
 *
 * <p>This class is part of the source and therefore of Flink's snapshots.
 */
public final class TimeInWireFormat implements SerializableFunction<byte[], Instant> {
  private static final long serialVersionUID = 1L;

  private final SchemaRegistry registry;
  private final SerializableFunction<byte[], Instant> time;

  TimeInWireFormat(SchemaRegistry registry, SerializableFunction<byte[], Instant> time) {
    this.registry = registry;
    this.time = time;
  }

  @Override
  public Instant apply(byte[] bytes) {
    if (bytes == null) {
      return time.apply(null);
    }
    try {
      WireValue value = WireValue.of(bytes);
      RegisteredSchema schema = registry.client().schemaForTime(value.id());
      return time.apply(schema.isJson() ? value.body() : AvroJson.of(schema.avro(), value));
    } catch (UnreadableRecord e) {
      return null;
    }
  }
}
