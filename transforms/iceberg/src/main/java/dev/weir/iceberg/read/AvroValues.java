package dev.weir.iceberg.read;

import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.write.RowValues;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;

/**
 * Converts Iceberg's in-memory values to Avro values; {@link RowValues} is the inverse. A logical
 * type gets its raw form (a long, not an {@code Instant}), which every encoder accepts.
 */
final class AvroValues {
  private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();
  private static final int MICROS_PER_MILLI = 1_000;
  private static final int UUID_BYTES = 16;

  private AvroValues() {}

  /** Converts a column's value to a field's value. */
  @FunctionalInterface
  interface Writing {

    /**
     * @throws UnreadableRecord if a field of that type cannot hold the value
     */
    Object of(Object value) throws UnreadableRecord;
  }

  /**
   * @param type a type that {@link ReadColumns} has checked to fit the field
   * @param path the path of the field, for error messages
   */
  static Writing writing(Type type, Schema avro, String path) {
    Writing some = some(type, RowSchema.withoutNull(avro), path);
    boolean nullable = avro.isNullable();
    return value -> {
      if (value != null) {
        return some.of(value);
      }
      if (nullable) {
        return null;
      }
      throw new UnreadableRecord(Reason.MISSING_FIELD, path + " is null");
    };
  }

  private static Writing some(Type type, Schema avro, String path) {
    return switch (type.typeId()) {
      case INTEGER ->
          avro.getType() == Schema.Type.LONG ? value -> ((Integer) value).longValue() : v -> v;
      case FLOAT ->
          avro.getType() == Schema.Type.DOUBLE ? value -> ((Float) value).doubleValue() : v -> v;
      case STRING ->
          avro.getType() == Schema.Type.ENUM
              ? value -> symbol(value, avro, path)
              : Object::toString;
      case FIXED -> value -> new GenericData.Fixed(avro, bytes((ByteBuffer) value));
      case DECIMAL -> value -> decimal((BigDecimal) value, avro);
      case TIME -> micros(avro, true);
      case TIMESTAMP -> micros(avro, false);
      case UUID -> value -> uuid((UUID) value, avro);
      case STRUCT -> {
        RowRecords records = RowRecords.of(type.asStructType(), avro, path + ".");
        yield value -> records.record((StructLike) value);
      }
      case LIST -> {
        Writing element =
            writing(type.asListType().elementType(), avro.getElementType(), path + "[]");
        yield value -> list((Collection<?>) value, avro, element);
      }
      case MAP -> {
        Writing entry = writing(type.asMapType().valueType(), avro.getValueType(), path + "{}");
        yield value -> map((Map<?, ?>) value, entry);
      }
      default -> value -> value;
    };
  }

  private static Object symbol(Object value, Schema avro, String path) throws UnreadableRecord {
    String symbol = value.toString();
    if (!avro.hasEnumSymbol(symbol)) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, path + " is not a symbol of " + avro.getName());
    }
    return new GenericData.EnumSymbol(avro, symbol);
  }

  /** Rounds times down to whole milliseconds if the field holds milliseconds. */
  private static Writing micros(Schema avro, boolean ofDay) {
    LogicalType logical = avro.getLogicalType();
    if (!logical.getName().endsWith("-millis")) {
      return value -> value;
    }
    return ofDay
        ? value -> (int) Math.floorDiv((Long) value, MICROS_PER_MILLI)
        : value -> Math.floorDiv((Long) value, MICROS_PER_MILLI);
  }

  private static Object decimal(BigDecimal value, Schema avro) {
    return avro.getType() == Schema.Type.FIXED
        ? DECIMALS.toFixed(value, avro, avro.getLogicalType())
        : DECIMALS.toBytes(value, avro, avro.getLogicalType());
  }

  private static Object uuid(UUID value, Schema avro) {
    if (avro.getType() == Schema.Type.STRING) {
      return value.toString();
    }
    ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
    bytes.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    return new GenericData.Fixed(avro, bytes.array());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Object list(Collection<?> values, Schema avro, Writing element)
      throws UnreadableRecord {
    List<Object> list = new ArrayList<>(values.size());
    for (Object value : values) {
      list.add(element.of(value));
    }
    return new GenericData.Array<>(avro, list);
  }

  private static Object map(Map<?, ?> values, Writing entry) throws UnreadableRecord {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> value : values.entrySet()) {
      map.put(value.getKey().toString(), entry.of(value.getValue()));
    }
    return map;
  }
}
