package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.testing.EveryColumn;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowSchemaTest {
  private static final String NESTED =
      """
      {"type": "record", "name": "Inner", "fields": [
        {"name": "a", "type": "int"}, {"name": "b", "type": ["null", "string"]}]}""";

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("\"boolean\"", Types.BooleanType.get()),
        Arguments.of("\"int\"", Types.IntegerType.get()),
        Arguments.of("\"long\"", Types.LongType.get()),
        Arguments.of("\"float\"", Types.FloatType.get()),
        Arguments.of("\"double\"", Types.DoubleType.get()),
        Arguments.of("\"string\"", Types.StringType.get()),
        Arguments.of("\"bytes\"", Types.BinaryType.get()),
        Arguments.of(
            "{\"type\": \"string\", \"avro.java.string\": \"String\"}", Types.StringType.get()),
        Arguments.of(
            "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"]}", Types.StringType.get()),
        Arguments.of(
            "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 7}", Types.FixedType.ofLength(7)),
        Arguments.of(logical("string", "uuid"), Types.UUIDType.get()),
        Arguments.of(logicalFixed(16, "\"uuid\""), Types.UUIDType.get()),
        Arguments.of(
            "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, \"scale\": 2}",
            Types.DecimalType.of(9, 2)),
        Arguments.of(
            logicalFixed(16, "\"decimal\", \"precision\": 38, \"scale\": 38"),
            Types.DecimalType.of(38, 38)),
        Arguments.of(
            logicalFixed(8, "\"decimal\", \"precision\": 18"), Types.DecimalType.of(18, 0)),
        Arguments.of(logical("int", "date"), Types.DateType.get()),
        Arguments.of(logical("int", "time-millis"), Types.TimeType.get()),
        Arguments.of(logical("long", "time-micros"), Types.TimeType.get()),
        Arguments.of(logical("long", "timestamp-millis"), Types.TimestampType.withZone()),
        Arguments.of(logical("long", "timestamp-micros"), Types.TimestampType.withZone()),
        Arguments.of(logical("long", "local-timestamp-millis"), Types.TimestampType.withoutZone()),
        Arguments.of(logical("long", "local-timestamp-micros"), Types.TimestampType.withoutZone()),
        Arguments.of(logical("long", "of-our-own"), Types.LongType.get()),
        Arguments.of(
            NESTED,
            Types.StructType.of(
                NestedField.required(2, "a", Types.IntegerType.get()),
                NestedField.optional(3, "b", Types.StringType.get()))),
        Arguments.of(
            "{\"type\": \"array\", \"items\": \"long\"}",
            Types.ListType.ofRequired(2, Types.LongType.get())),
        Arguments.of(
            "{\"type\": \"array\", \"items\": [\"null\", \"long\"]}",
            Types.ListType.ofOptional(2, Types.LongType.get())),
        Arguments.of(
            "{\"type\": \"map\", \"values\": \"bytes\"}",
            Types.MapType.ofRequired(2, 3, Types.StringType.get(), Types.BinaryType.get())),
        Arguments.of(
            "{\"type\": \"map\", \"values\": [\"bytes\", \"null\"]}",
            Types.MapType.ofOptional(2, 3, Types.StringType.get(), Types.BinaryType.get())),
        Arguments.of(
            "{\"type\": \"array\", \"items\": {\"type\": \"map\", \"values\": " + NESTED + "}}",
            Types.ListType.ofRequired(
                2,
                Types.MapType.ofRequired(
                    3,
                    4,
                    Types.StringType.get(),
                    Types.StructType.of(
                        NestedField.required(5, "a", Types.IntegerType.get()),
                        NestedField.optional(6, "b", Types.StringType.get()))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void everyAvroTypeHasItsColumnType(String avro, Type iceberg) {
    assertThat(onlyColumn(avro), is(NestedField.required(1, "x", iceberg)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void aUnionWithNullIsAnOptionalColumn(String avro, Type iceberg) {
    assertThat(onlyColumn("[\"null\", " + avro + "]"), is(NestedField.optional(1, "x", iceberg)));
    assertThat(onlyColumn("[" + avro + ", \"null\"]"), is(NestedField.optional(1, "x", iceberg)));
  }

  @Test
  void aUnionOfOneTypeIsThatType() {
    assertThat(onlyColumn("[\"int\"]"), is(NestedField.required(1, "x", Types.IntegerType.get())));
  }

  @Test
  void columnsKeepTheirOrderAndTheirDocumentation() {
    Schema avro =
        SchemaBuilder.record("R")
            .fields()
            .name("b")
            .doc("first")
            .type()
            .intType()
            .noDefault()
            .requiredString("a")
            .endRecord();

    assertThat(
        RowSchema.of(avro).columns(),
        is(
            List.of(
                NestedField.required(1, "b", Types.IntegerType.get(), "first"),
                NestedField.required(2, "a", Types.StringType.get()))));
  }

  @Test
  void allFieldsHaveDistinctIds() {
    org.apache.iceberg.Schema schema = RowSchema.of(EveryColumn.SCHEMA);

    assertThat(TypeUtil.indexById(schema.asStruct()).size(), is(schema.highestFieldId()));
  }

  static Stream<Arguments> unwritable() {
    return Stream.of(
        Arguments.of("\"null\"", "R.x: Iceberg has no column type for Avro's \"null\""),
        Arguments.of("[\"null\"]", "R.x: Iceberg has no column type for Avro's [\"null\"]"),
        Arguments.of(
            "[\"null\", \"int\", \"string\"]",
            "R.x: Iceberg has no column type for Avro's [\"null\",\"int\",\"string\"]"),
        Arguments.of(
            logical("long", "timestamp-nanos"),
            "R.x: Iceberg has no column type for Avro's timestamp-nanos"),
        Arguments.of(
            logical("long", "local-timestamp-nanos"),
            "R.x: Iceberg has no column type for Avro's local-timestamp-nanos"),
        Arguments.of(
            logicalFixed(12, "\"duration\""),
            "R.x: Iceberg has no column type for Avro's duration"),
        Arguments.of(
            logical("bytes", "big-decimal"),
            "R.x: Iceberg has no column type for Avro's big-decimal"),
        Arguments.of(
            logicalFixed(20, "\"decimal\", \"precision\": 39"),
            "R.x: a decimal column has at most 38 digits"),
        Arguments.of(
            "{\"type\": \"record\", \"name\": \"Empty\", \"fields\": []}",
            "R.x: Empty has no fields to store"),
        Arguments.of(
            "{\"type\": \"record\", \"name\": \"In\", \"fields\": [{\"name\": \"list\", \"type\":"
                + " {\"type\": \"array\", \"items\": {\"type\": \"map\", \"values\": {\"type\":"
                + " \"record\", \"name\": \"Deep\", \"fields\": [{\"name\": \"y\", \"type\":"
                + " \"null\"}]}}}}]}",
            "R.x.list[]{}.y: Iceberg has no column type for Avro's \"null\""),
        Arguments.of("\"R\"", "R.x: R contains itself, which a column cannot"),
        Arguments.of("[\"null\", \"R\"]", "R.x: R contains itself, which a column cannot"),
        Arguments.of(
            "{\"type\": \"array\", \"items\": \"R\"}",
            "R.x[]: R contains itself, which a column cannot"),
        Arguments.of(
            "{\"type\": \"map\", \"values\": [\"null\", \"R\"]}",
            "R.x{}: R contains itself, which a column cannot"),
        Arguments.of(
            "{\"type\": \"record\", \"name\": \"In\", \"fields\":"
                + " [{\"name\": \"up\", \"type\": \"R\"}]}",
            "R.x.up: R contains itself, which a column cannot"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unwritable")
  void aTypeWithoutAColumnTypeIsAnErrorThatNamesTheField(String avro, String message) {
    LedgerException thrown = assertThrows(LedgerException.class, () -> onlyColumn(avro));

    assertThat(thrown.getMessage(), is(message));
  }

  @Test
  void aDurationOfAnInMemorySchemaIsAnErrorToo() {
    Schema duration = LogicalTypes.duration().addToSchema(Schema.createFixed("D", null, null, 12));
    Schema record =
        SchemaBuilder.record("R").fields().name("x").type(duration).noDefault().endRecord();

    LedgerException thrown = assertThrows(LedgerException.class, () -> RowSchema.of(record));

    assertThat(thrown.getMessage(), is("R.x: Iceberg has no column type for Avro's duration"));
  }

  @Test
  void oneRecordCanBeInTwoColumns() {
    Schema inner = new Schema.Parser().parse(NESTED);
    Schema twice =
        SchemaBuilder.record("R")
            .fields()
            .name("one")
            .type(inner)
            .noDefault()
            .name("two")
            .type(inner)
            .noDefault()
            .endRecord();

    assertThat(RowSchema.of(twice).findField("one.a").fieldId(), is(3));
    assertThat(RowSchema.of(twice).findField("two.a").fieldId(), is(5));
  }

  @Test
  void rowsThatAreNotRecordsAreAnError() {
    LedgerException thrown =
        assertThrows(LedgerException.class, () -> RowSchema.of(Schema.create(Schema.Type.STRING)));

    assertThat(thrown.getMessage(), startsWith("rows must be Avro records, not STRING"));
  }

  private static NestedField onlyColumn(String type) {
    Schema record =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"x\", \"type\": "
                    + type
                    + "}]}");
    return RowSchema.of(record).columns().get(0);
  }

  private static String logical(String base, String logical) {
    return "{\"type\": \"" + base + "\", \"logicalType\": \"" + logical + "\"}";
  }

  private static String logicalFixed(int size, String logical) {
    return "{\"type\": \"fixed\", \"name\": \"F\", \"size\": "
        + size
        + ", \"logicalType\": "
        + logical
        + "}";
  }
}
