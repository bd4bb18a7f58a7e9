package dev.weir.iceberg.write;

import dev.weir.iceberg.table.RowSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.LogicalType;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Converts Avro values to Iceberg's in-memory values. Both Avro forms of a logical type are
 * accepted: the raw one (a long) and the converted one (an {@code Instant}).
 */
public final class RowValues {
  private static final int MICROS_PER_MILLI = 1_000;
  private static final int MICROS_PER_SECOND = 1_000_000;

  private RowValues() {}

  /** Text as strings, which are equal if the text is. */
  static final Function<Object, Object> STRINGS = Object::toString;

  /** Text as files take it fastest: UTF-8 as it is. */
  static final Function<Object, Object> UTF_8 =
      value -> value instanceof Utf8 ? value : value.toString();

  /**
   * Returns the conversion from the Avro type to the Iceberg type; null stays null.
   *
   * @param text how text is converted
   */
  static Function<Object, Object> reading(
      org.apache.avro.Schema avro, Type type, Function<Object, Object> text) {
    Function<Object, Object> some = some(RowSchema.withoutNull(avro), type, text);
    return value -> value == null ? null : some.apply(value);
  }

  private static Function<Object, Object> some(
      org.apache.avro.Schema avro, Type type, Function<Object, Object> text) {
    return switch (type.typeId()) {
      case STRING -> text;
      case UUID -> RowValues::uuid;
      case FIXED -> value -> ByteBuffer.wrap(((GenericFixed) value).bytes());
      case BINARY -> value -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
      case DECIMAL -> value -> decimal(value, (Types.DecimalType) type);
      case DATE ->
          value -> value instanceof LocalDate date ? (Object) (int) date.toEpochDay() : value;
      case TIME -> {
        int factor = isMillis(avro) ? MICROS_PER_MILLI : 1;
        yield value ->
            value instanceof LocalTime time
                ? whole(time.toNanoOfDay() / 1_000, factor)
                : ((Number) value).longValue() * factor;
      }
      case TIMESTAMP -> {
        int factor = isMillis(avro) ? MICROS_PER_MILLI : 1;
        yield value -> timestamp(value, factor);
      }
      case STRUCT -> {
        RowView view = RowView.of(avro, type.asStructType(), text);
        yield value -> view.copyFor((IndexedRecord) value);
      }
      case LIST -> {
        var element = reading(avro.getElementType(), type.asListType().elementType(), text);
        yield value -> list((Collection<?>) value, element);
      }
      case MAP -> {
        var entry = reading(avro.getValueType(), type.asMapType().valueType(), text);
        yield value -> map((Map<?, ?>) value, entry);
      }
      default -> value -> value;
    };
  }

  private static boolean isMillis(org.apache.avro.Schema avro) {
    LogicalType logical = avro.getLogicalType();
    return logical != null && logical.getName().endsWith("-millis");
  }

  private static Object timestamp(Object value, int factor) {
    if (value instanceof Long number) {
      return Math.multiplyExact(number, factor);
    }
    Instant instant =
        value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) value;
    long micros =
        Math.addExact(
            Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
            instant.getNano() / 1_000);
    return whole(micros, factor);
  }

  /**
   * Truncates to Avro's precision, because a row must not change when it is sent to another worker.
   */
  private static long whole(long micros, int factor) {
    return micros - Math.floorMod(micros, factor);
  }

  private static Object decimal(Object value, Types.DecimalType type) {
    if (value instanceof BigDecimal number) {
      return number.setScale(type.scale());
    }
    ByteBuffer unscaled =
        value instanceof GenericFixed fixed
            ? ByteBuffer.wrap(fixed.bytes())
            : ((ByteBuffer) value).duplicate();
    int size = unscaled.remaining();
    if (size == 0 || size > Long.BYTES) {
      byte[] bytes = new byte[size];
      unscaled.get(bytes);
      return new BigDecimal(new BigInteger(bytes), type.scale());
    }
    long number = unscaled.get();
    while (unscaled.hasRemaining()) {
      number = number << Byte.SIZE | (unscaled.get() & 0xFF);
    }
    return BigDecimal.valueOf(number, type.scale());
  }

  private static Object uuid(Object value) {
    if (value instanceof GenericFixed fixed) {
      ByteBuffer bytes = ByteBuffer.wrap(fixed.bytes());
      return new UUID(bytes.getLong(), bytes.getLong());
    }
    return value instanceof UUID ? value : UUID.fromString(value.toString());
  }

  private static Object list(Collection<?> values, Function<Object, Object> element) {
    List<Object> list = new ArrayList<>(values.size());
    values.forEach(value -> list.add(element.apply(value)));
    return list;
  }

  private static Object map(Map<?, ?> values, Function<Object, Object> entry) {
    Map<Object, Object> map = new LinkedHashMap<>();
    values.forEach((key, value) -> map.put(key.toString(), entry.apply(value)));
    return map;
  }
}
