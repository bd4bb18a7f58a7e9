package dev.weir.encoding;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.avro.Conversion;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes.Decimal;
import org.apache.avro.LogicalTypes.TimestampMicros;
import org.apache.avro.LogicalTypes.TimestampMillis;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMicrosConversion;
import org.apache.avro.data.TimeConversions.TimestampMillisConversion;

/**
 * Parses the text of a scalar value as the class of a generated record holds it: the inverse of
 * {@code toString} for strings, numbers, decimals and points in time.
 */
public final class ScalarText {
  private static final Conversion<Instant> MILLIS = new TimestampMillisConversion();
  private static final Conversion<Instant> MICROS = new TimestampMicrosConversion();

  /** Maximum number of characters of a decimal besides its digits: signs, a point, an exponent. */
  private static final int NOTATION = 16;

  private ScalarText() {}

  /**
   * @param schema of the value; may be a union with null
   * @throws IllegalArgumentException if the text is not a value of the type; its message, such as
   *     "is not a whole number", does not quote the text
   */
  public static Object parse(Schema schema, String text) {
    Schema type = valueType(schema);
    LogicalType logical = type.getLogicalType();
    try {
      if (logical instanceof Decimal decimal) {
        return decimal(decimal, text);
      }
      if (logical instanceof TimestampMillis) {
        return time(type, MILLIS, text);
      }
      if (logical instanceof TimestampMicros) {
        return time(type, MICROS, text);
      }
      if (logical == null) {
        switch (type.getType()) {
          case STRING:
            return text;
          case INT:
            return Integer.valueOf(text);
          case LONG:
            return Long.valueOf(text);
          case DOUBLE:
            return Double.valueOf(text);
          default:
            break;
        }
      }
    } catch (NumberFormatException e) {
      // Not passed on: its message quotes the text.
      throw new IllegalArgumentException(
          "is not a number of the type " + (logical == null ? type.getType().getName() : "decimal"),
          null);
    }
    throw new IllegalArgumentException("has a type that is not read from text");
  }

  /** Returns the other branch of a union with null, and any other schema unchanged. */
  static Schema valueType(Schema schema) {
    if (!schema.isUnion() || !schema.isNullable() || schema.getTypes().size() != 2) {
      return schema;
    }
    boolean nullIsFirst = schema.getTypes().get(0).getType() == Schema.Type.NULL;
    return schema.getTypes().get(nullIsFirst ? 1 : 0);
  }

  /** Returns a decimal with the scale of its type; it must not have more digits than its type. */
  private static BigDecimal decimal(Decimal type, String text) {
    if (text.length() <= type.getPrecision() + NOTATION) {
      BigDecimal value = new BigDecimal(text);
      long whole = (long) value.precision() - value.scale();
      // Checked first, because a number such as 1e999999999 must not be written out.
      if (value.scale() <= type.getScale() && whole <= type.getPrecision() - type.getScale()) {
        return value.setScale(type.getScale());
      }
    }
    throw new IllegalArgumentException(
        "has more than "
            + type.getPrecision()
            + " digits or more than "
            + type.getScale()
            + " decimals");
  }

  private static Instant time(Schema type, Conversion<Instant> unit, String text) {
    try {
      Instant time = Instant.parse(text);
      LogicalType logical = type.getLogicalType();
      if (unit.fromLong(unit.toLong(time, type, logical), type, logical).equals(time)) {
        return time;
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Not passed on: its message quotes the text.
    }
    throw new IllegalArgumentException(
        "is not an ISO-8601 time that fits " + type.getLogicalType().getName());
  }
}
