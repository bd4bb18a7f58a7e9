package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.testing.EveryColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.StructLike;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowValuesTest {

  static Stream<Arguments> values() {
    return EveryColumn.PLAIN.stream()
        .flatMap(
            column ->
                column.values().stream()
                    .map(value -> Arguments.of(column.name(), column.type(), value)));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("values")
  void bothAvroRepresentationsBecomeIcebergValues(
      String name, Schema type, EveryColumn.Value value) {
    assertThat(read(type, value.raw()), is(value.internal()));
    assertThat(read(type, value.converted()), is(value.internal()));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("values")
  void nullRemainsNull(String name, Schema type, EveryColumn.Value value) {
    assertThat(read(type, null), is(nullValue()));
  }

  @Test
  void aConvertedTimeIsCutToWhatItsTypeStores() {
    assertThat(
        read(timestamp("timestamp-millis"), Instant.parse("1969-12-31T23:59:59.998001999Z")),
        is(-2_000L));
    assertThat(
        read(timestamp("timestamp-micros"), Instant.parse("1969-12-31T23:59:59.998001999Z")),
        is(-1_999L));
    assertThat(
        read(
            timestamp("local-timestamp-millis"), LocalDateTime.parse("1970-01-01T00:00:00.001999")),
        is(1_000L));
    assertThat(
        read(
            LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT)),
            LocalTime.parse("00:00:01.002999")),
        is(1_002_000L));
  }

  @Test
  void aTimestampOutsideIcebergsRangeIsAnError() {
    assertThrows(
        ArithmeticException.class, () -> read(timestamp("timestamp-millis"), Long.MAX_VALUE));
    assertThrows(ArithmeticException.class, () -> read(timestamp("timestamp-micros"), Instant.MAX));
    assertThat(read(timestamp("timestamp-micros"), Long.MIN_VALUE), is(Long.MIN_VALUE));
  }

  @Test
  void aDecimalWithASmallerScaleIsConvertedAndALargerOneIsAnError() {
    Schema decimal = LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES));

    assertThat(read(decimal, new BigDecimal("-7")), is(new BigDecimal("-7.00")));
    assertThat(read(decimal, new BigDecimal("1.2300")), is(new BigDecimal("1.23")));
    assertThrows(ArithmeticException.class, () -> read(decimal, new BigDecimal("1.234")));
  }

  @Test
  void decimalsOfAllSizesAreRead() {
    for (String text :
        List.of(
            "0",
            "-1",
            "127",
            "128",
            "-128",
            "-129",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "-9223372036854775809")) {
      BigInteger unscaled = new BigInteger(text);
      byte[] shortest = unscaled.toByteArray();
      byte[] padded = new byte[16];
      Arrays.fill(padded, (byte) (unscaled.signum() < 0 ? -1 : 0));
      System.arraycopy(shortest, 0, padded, padded.length - shortest.length, shortest.length);
      Schema bytes = LogicalTypes.decimal(38, 2).addToSchema(Schema.create(Schema.Type.BYTES));
      for (byte[] form : List.of(shortest, padded)) {
        Schema fixed =
            LogicalTypes.decimal(Math.min(18, 2 * form.length), 0)
                .addToSchema(Schema.createFixed("Fixed", null, null, form.length));

        assertThat(read(bytes, ByteBuffer.wrap(form)), is(new BigDecimal(unscaled, 2)));
        assertThat(
            read(fixed, new GenericData.Fixed(fixed, form)), is(new BigDecimal(unscaled, 0)));
      }
    }
  }

  @Test
  void readingBytesDoesNotConsumeThem() {
    Schema decimal = LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 0});

    assertThat(read(decimal, bytes), is(new BigDecimal("2.56")));
    assertThat(read(decimal, bytes), is(new BigDecimal("2.56")));
    assertThat(
        read(Schema.create(Schema.Type.BYTES), new byte[] {1, 0}),
        is(ByteBuffer.wrap(new byte[] {1, 0})));
  }

  @Test
  void listsAndMapsKeepTheirOrderAndTheirNulls() {
    Schema nullable =
        SchemaBuilder.unionOf().nullType().and().type(timestamp("timestamp-millis")).endUnion();

    assertThat(
        read(Schema.createArray(nullable), java.util.Arrays.asList(2L, null, 1L)),
        is(java.util.Arrays.asList(2_000L, null, 1_000L)));
    Map<Object, Object> map = new java.util.LinkedHashMap<>();
    map.put(new Utf8("b"), null);
    map.put(new Utf8("a"), Instant.EPOCH);
    Map<Object, Object> wanted = new java.util.LinkedHashMap<>();
    wanted.put("b", null);
    wanted.put("a", 0L);
    assertThat(read(Schema.createMap(nullable), map), is(wanted));
    assertThat(
        List.copyOf(((Map<?, ?>) read(Schema.createMap(nullable), map)).keySet()),
        is(List.of("b", "a")));
  }

  @Test
  void eachNestedRecordHasItsOwnView() {
    Schema inner = SchemaBuilder.record("In").fields().requiredInt("n").endRecord();
    GenericRecord one = new GenericData.Record(inner);
    one.put("n", 1);
    GenericRecord two = new GenericData.Record(inner);
    two.put("n", 2);

    List<?> rows = (List<?>) read(Schema.createArray(inner), List.of(one, two));

    assertThat(((StructLike) rows.get(0)).get(0, Integer.class), is(1));
    assertThat(((StructLike) rows.get(1)).get(0, Integer.class), is(2));
  }

  private static Schema timestamp(String logical) {
    return new Schema.Parser().parse("{\"type\": \"long\", \"logicalType\": \"" + logical + "\"}");
  }

  private static Object read(Schema type, Object value) {
    Schema record = SchemaBuilder.record("R").fields().name("x").type(type).noDefault().endRecord();
    return RowValues.reading(type, RowSchema.of(record).findType("x"), RowValues.STRINGS)
        .apply(value);
  }
}
