package dev.weir.kafka.once;

import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import dev.weir.encoding.PlainJsonReader;
import dev.weir.kafka.registry.AvroWireFormat;
import dev.weir.kafka.registry.AvroWireReader;
import dev.weir.kafka.registry.SchemaRegistry;
import java.io.Serializable;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * How the published fields of a record are written to the value of a topic's record, and read back.
 *
 * @param <T> a class generated from an Avro schema
 */
public interface ValueFormat<T extends SpecificRecordBase> extends Serializable {
  byte[] write(T record);

  /**
   * @param more the fields that are not in the value, as a JSON object; null if there are none
   * @throws IllegalArgumentException if they cannot be read
   */
  T read(byte[] value, byte[] more);

  /** Plain JSON. */
  static <T extends SpecificRecordBase> ValueFormat<T> json(Class<T> type) {
    return new Json<>(type);
  }

  /** Avro in the wire format of a schema registry. */
  static <T extends SpecificRecordBase> ValueFormat<T> avro(
      SchemaRegistry registry, String topic, Class<T> type) {
    return new Avro<>(AvroWireFormat.of(registry, topic), AvroWireReader.of(registry, type));
  }

  /** See {@link #json}. */
  record Json<T extends SpecificRecordBase>(Class<T> type) implements ValueFormat<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] write(T record) {
      return PlainJson.write(record, RowKey.published(record.getSchema()), Map.of());
    }

    @Override
    public T read(byte[] value, byte[] more) {
      return PlainJsonReader.read(type, value, more);
    }
  }

  /** See {@link #avro}. */
  record Avro<T extends SpecificRecordBase>(AvroWireFormat<T> writer, AvroWireReader<T> reader)
      implements ValueFormat<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] write(T record) {
      return writer.apply(record);
    }

    @Override
    public T read(byte[] value, byte[] more) {
      return reader.read(value, more);
    }
  }
}
