package dev.weir.kafka.registry;

import dev.weir.kafka.TopicValues;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Instant;

/**
 * Values in the wire format of a schema registry, Avro or JSON as their schemas say. A value that
 * cannot be read becomes a dead letter; a registry that does not answer fails the bundle. A
 * tombstone is a record without bytes.
 */
public final class WireFormat implements TopicValues {
  private static final long serialVersionUID = 1L;

  private final SchemaRegistry registry;

  /** Null if Avro becomes JSON. */
  private final String reader;

  private transient volatile Map<Integer, Projection> projections;

  private WireFormat(SchemaRegistry registry, String reader) {
    this.registry = registry;
    this.reader = reader;
  }

  /** JSON stays JSON, and Avro becomes the JSON that {@link AvroJson} defines. */
  public static WireFormat toJson(SchemaRegistry registry) {
    return new WireFormat(registry, null);
  }

  /**
   * JSON stays JSON, and Avro becomes the single-object encoding of another schema, by Avro's rules
   * for schema resolution. The names of the two records need not be equal.
   */
  public static WireFormat toAvro(SchemaRegistry registry, Schema reader) {
    return new WireFormat(registry, reader.toString());
  }

  @Override
  public RawRecord read(byte[] bytes, Origin origin) throws UnreadableRecord {
    if (bytes == null) {
      Encoding encoding = reader == null ? Encoding.JSON : Encoding.AVRO;
      return new RawRecord(new byte[0], encoding, origin);
    }
    WireValue value = WireValue.of(bytes);
    RegisteredSchema schema = registry.client().schema(value.id());
    if (schema.isJson()) {
      return new RawRecord(value.body(), Encoding.JSON, origin);
    }
    return reader == null
        ? new RawRecord(AvroJson.of(schema.avro(), value), Encoding.JSON, origin)
        : new RawRecord(projection(value, schema.avro()).of(value), Encoding.AVRO, origin);
  }

  @Override
  public SerializableFunction<byte[], Instant> timeIn(SerializableFunction<byte[], Instant> time) {
    return new TimeInWireFormat(registry, time);
  }

  private Projection projection(WireValue value, Schema writer) {
    if (projections == null) {
      projections = new ConcurrentHashMap<>();
    }
    return projections.computeIfAbsent(
        value.id(), id -> new Projection(id, writer, new Schema.Parser().parse(reader)));
  }
}
