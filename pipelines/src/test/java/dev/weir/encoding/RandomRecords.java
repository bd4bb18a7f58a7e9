package dev.weir.encoding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes.Decimal;
import org.apache.avro.LogicalTypes.LocalTimestampMillis;
import org.apache.avro.LogicalTypes.TimestampMicros;
import org.apache.avro.LogicalTypes.TimestampMillis;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Records with any values that their schemas allow: extremes, nulls and texts of any characters.
 */
public final class RandomRecords {
  private static final List<String> TEXTS =
      List.of(
          "", "null", "a/b", "%2F", "%25/%", "/", " ", "\"\\\b\f\n\r\t\u0000", "é€😀\u2028\ufeff");
  private static final List<String> JSON =
      List.of(
          "12.50",
          "-0",
          "0.000000000",
          "1E+3",
          "-123456789012345678901234567890.120",
          "null",
          "true",
          "\"\"",
          "\"é\\\"\\\\ \\u20ac😀\"",
          "[]",
          "{\"shop\": \"7\", \"tip\" :[1.0, 1e2,[{}]] , \"shop\":null}");
  private static final List<Double> DOUBLES =
      List.of(
          0.0,
          -0.0,
          0.1,
          Double.MIN_VALUE,
          -Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);
  private static final List<Long> LONGS =
      List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, -1_000_000L, 1_768_374_564_000_120L);

  private final Random random;

  public RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  public <T extends SpecificRecordBase> T next(Class<T> type) {
    Schema schema = SpecificData.getForClass(type).getSchema(type);
    T record = type.cast(SpecificData.newInstance(type, schema));
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field, field.schema()));
    }
    return record;
  }

  private Object value(Schema.Field field, Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof Decimal decimal) {
      return decimal(decimal);
    }
    if (logical instanceof TimestampMillis) {
      return Instant.ofEpochMilli(number());
    }
    if (logical instanceof TimestampMicros) {
      return Instant.EPOCH.plus(number(), ChronoUnit.MICROS);
    }
    if (logical instanceof LocalTimestampMillis) {
      return LocalDateTime.of(2026, 1, 14, 7, 0);
    }
    return switch (schema.getType()) {
      case NULL -> null;
      case UNION -> value(field, one(schema.getTypes()));
      case RECORD ->
          next(
              ((Class<?>) SpecificData.get().getClass(schema))
                  .asSubclass(SpecificRecordBase.class));
      case ENUM ->
          one(List.of(((Class<?>) SpecificData.get().getClass(schema)).getEnumConstants()));
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) number();
      case LONG -> number();
      case DOUBLE ->
          random.nextBoolean() ? one(DOUBLES) : Double.longBitsToDouble(random.nextLong());
      case STRING -> PlainJson.has(field, "json") ? one(JSON) : text();
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private BigDecimal decimal(Decimal type) {
    BigInteger limit = BigInteger.TEN.pow(type.getPrecision());
    BigInteger largest = limit.subtract(BigInteger.ONE);
    BigInteger digits =
        one(
            List.of(
                new BigInteger(64, random).mod(limit), largest, BigInteger.ONE, BigInteger.ZERO));
    return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), type.getScale());
  }

  private long number() {
    return random.nextBoolean() ? one(LONGS) : random.nextLong() >> random.nextInt(Long.SIZE);
  }

  private String text() {
    if (random.nextBoolean()) {
      return one(TEXTS);
    }
    StringBuilder text = new StringBuilder();
    random
        .ints(random.nextInt(20), 0, Character.MAX_CODE_POINT + 1)
        .map(point -> random.nextBoolean() ? point : point % 0x100)
        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private <V> V one(List<V> values) {
    return values.get(random.nextInt(values.size()));
  }
}
