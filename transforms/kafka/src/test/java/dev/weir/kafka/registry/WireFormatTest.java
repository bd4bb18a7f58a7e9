package dev.weir.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.testing.EmbeddedRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.util.SerializableUtils;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireFormatTest {
  private static final Origin ORIGIN = Origin.ofTopic("t", 0, 7);
  private static final String TIME = "{'type':'long','logicalType':'timestamp-millis'}";
  private static final Schema READER =
      schema(
          "'name':'id','type':'string'",
          "'name':'sum','type':'double','aliases':['amount']",
          "'name':'note','type':['null','string'],'default':null",
          "'name':'at','type':" + TIME);

  private static EmbeddedRegistry registry;

  @BeforeAll
  static void start() {
    registry = EmbeddedRegistry.start();
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  // evolution

  @Test
  void theWritersSchemaMayBeTheReaders() throws Exception {
    GenericRecord read = read(READER, all -> all.set("note", "n"));

    assertThat(read.toString(), is("{\"id\": \"a\", \"sum\": 1.5, \"note\": \"n\", \"at\": 99}"));
  }

  @Test
  void aFieldThatTheReaderDoesNotHaveIsSkipped() throws Exception {
    Schema writer =
        schema(
            "'name':'branch','type':{'type':'array','items':'long'}",
            "'name':'id','type':'string'",
            "'name':'sum','type':'double'",
            "'name':'note','type':['null','string'],'default':null",
            "'name':'at','type':" + TIME);

    GenericRecord read = read(writer, all -> all.set("branch", List.of(1L, 2L)));

    assertThat(read.toString(), is("{\"id\": \"a\", \"sum\": 1.5, \"note\": null, \"at\": 99}"));
  }

  @Test
  void aFieldThatTheWriterDoesNotHaveGetsItsDefault() throws Exception {
    Schema writer =
        schema(
            "'name':'id','type':'string'",
            "'name':'sum','type':'double'",
            "'name':'at','type':" + TIME);

    assertThat(read(writer, all -> all).get("note"), is(nullValue()));
  }

  @Test
  void aFieldIsFoundByItsAliasAndANumberIsWidened() throws Exception {
    Schema writer =
        schema(
            "'name':'at','type':" + TIME,
            "'name':'amount','type':'int'",
            "'name':'id','type':'string'");

    assertThat(read(writer, all -> all.set("amount", 3)).get("sum"), is(3.0));
  }

  @Test
  void theRecordMayHaveAnotherNameAndNullableFields() throws Exception {
    Schema writer =
        new Schema.Parser()
            .parse(
                schema(
                        "'name':'id','type':['null','string']",
                        "'name':'sum','type':['double','null']",
                        "'name':'at','type':['null'," + TIME + "]")
                    .toString()
                    .replace("Sale", "other_sale"));

    assertThat(read(writer, all -> all).get("id").toString(), is("a"));
    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> read(writer, all -> all.set("sum", null)));
    assertThat(refused.reason(), is(Reason.WRONG_TYPE));
    assertThat(
        refused.getMessage(),
        is("a field is null, or has a value of a type that is not read from it"));
  }

  @Test
  void aSchemaWithoutARequiredFieldIsADeadLetter() {
    Schema writer = schema("'name':'id','type':'string'", "'name':'at','type':" + TIME);

    refused(writer, "Found shop.Sale, expecting shop.Sale, missing required field sum");
  }

  @Test
  void aSchemaWithAnotherTypeIsADeadLetter() {
    Schema writer =
        schema(
            "'name':'id','type':'long'",
            "'name':'sum','type':'double'",
            "'name':'at','type':" + TIME);

    refused(writer, "field id: Found long, expecting string", all -> all.set("id", 5L));
  }

  /** Avro itself would read the number as milliseconds. */
  @Test
  void aTimeIsReadInTheUnitOfItsWriter() throws Exception {
    Schema writer =
        schema(
            "'name':'id','type':'string'",
            "'name':'sum','type':'double'",
            "'name':'at','type':['null',{'type':'long','logicalType':'timestamp-micros'}]");

    assertThat(read(writer, all -> all.set("at", 99_999L)).get("at"), is(99L));
    refused(
        schema(
            "'name':'id','type':'string'",
            "'name':'sum','type':'double'",
            "'name':'at','type':{'type':'long','logicalType':'time-micros'}"),
        "at is not written as a point in time");
  }

  // the wire format

  @Test
  void anythingElseIsADeadLetter() throws IOException {
    int id = registry.register("sales-value", READER.toString());
    byte[] value = Wire.value(id, READER, sale(READER).build());

    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[] {0, 0, 0, 0},
            "{\"id\":\"a\"}".getBytes(UTF_8),
            new byte[] {(byte) 0xC3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1},
            new byte[] {0, -1, 0, 0, 1, 5})) {
      UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> read(bytes));
      assertThat(refused.reason(), is(Reason.MALFORMED));
      assertThat(
          refused.getMessage(),
          is("not in the wire format of a schema registry: a zero byte and the id of a schema"));
    }
    assertThat(reason(Arrays.copyOf(value, value.length - 1)), is(Reason.MALFORMED));
    assertThat(reason(Arrays.copyOf(value, value.length + 1)), is(Reason.MALFORMED));
    value[4] = 99;
    assertThat(reason(value), is(Reason.UNKNOWN_SCHEMA));
  }

  @Test
  void aTombstoneHasNoBytes() throws UnreadableRecord {
    assertThat(avro().read(null, ORIGIN).bytes().length, is(0));
    assertThat(avro().read(null, ORIGIN).encoding(), is(Encoding.AVRO));
    assertThat(json().read(null, ORIGIN).encoding(), is(Encoding.JSON));
  }

  @Test
  void jsonStaysJson() throws UnreadableRecord {
    int id = registry.registerOther("json-value", "JSON", "{\"type\":\"object\"}");
    byte[] value =
        ByteBuffer.allocate(7).put((byte) 0).putInt(id).put("{}".getBytes(UTF_8)).array();

    for (WireFormat format : List.of(avro(), json())) {
      RawRecord read = format.read(value, ORIGIN);
      assertThat(new String(read.bytes(), UTF_8), is("{}"));
      assertThat(read.encoding(), is(Encoding.JSON));
      assertThat(read.origin(), is(ORIGIN));
    }
  }

  // JSON from Avro

  @Test
  void avroBecomesJsonThatNeedsNoSchema() throws Exception {
    Schema writer =
        schema(
            "'name':'amount','type':{'type':'bytes','logicalType':'decimal','precision':10,'scale':2}",
            "'name':'paid','type':['null',{'type':'fixed','name':'Paid','size':3,'logicalType':'decimal','precision':6,'scale':1}]",
            "'name':'price','type':{'type':'bytes','connect.name':'org.apache.kafka.connect.data.Decimal','connect.parameters':{'scale':'3'}}",
            "'name':'raw','type':'bytes'",
            "'name':'kind','type':{'type':'enum','name':'Kind','symbols':['OLD','NEW']}",
            "'name':'ratio','type':'double'",
            "'name':'part','type':'float'",
            "'name':'open','type':'boolean'",
            "'name':'tags','type':{'type':'map','values':['null','int']}",
            "'name':'lines','type':{'type':'array','items':'string'}",
            "'name':'none','type':['null','string']",
            "'name':'inner','type':{'type':'record','name':'Inner','fields':[{'name':'n','type':'long'}]}");
    GenericRecord value =
        new GenericRecordBuilder(writer)
            .set("amount", decimal("1250", 0))
            .set(
                "paid",
                new GenericData.Fixed(
                    writer.getField("paid").schema().getTypes().get(1), new byte[] {-1, -1, -5}))
            .set("price", decimal("-7", 0))
            .set("raw", ByteBuffer.wrap(new byte[] {1, 2, 3, 4}))
            .set("kind", new GenericData.EnumSymbol(writer.getField("kind").schema(), "NEW"))
            .set("ratio", 0.1)
            .set("part", Float.NaN)
            .set("open", true)
            .set("tags", Map.of("a", 1))
            .set("lines", List.of("x\n\"", "é"))
            .set("none", null)
            .set(
                "inner",
                new GenericRecordBuilder(writer.getField("inner").schema()).set("n", -1L).build())
            .build();

    assertThat(
        toJson(writer, value),
        is(
            "{'amount':12.50,'paid':-0.5,'price':-0.007,'raw':'AQIDBA==','kind':'NEW','ratio':0.1,"
                    .replace('\'', '"')
                + "\"part\":\"NaN\",\"open\":true,\"tags\":{\"a\":1},"
                + "\"lines\":[\"x\\n\\\"\",\"é\"],\"none\":null,\"inner\":{\"n\":-1}}"));
  }

  @Test
  void timesBecomeTextWithTheirUnit() throws Exception {
    Schema writer =
        schema(
            "'name':'a','type':{'type':'long','logicalType':'timestamp-millis'}",
            "'name':'b','type':{'type':'long','logicalType':'timestamp-micros'}",
            "'name':'c','type':{'type':'int','logicalType':'date'}",
            "'name':'d','type':{'type':'long','connect.name':'io.debezium.time.Timestamp'}",
            "'name':'e','type':{'type':'long','connect.name':'io.debezium.time.MicroTimestamp'}",
            "'name':'f','type':{'type':'long','connect.name':'io.debezium.time.NanoTimestamp'}",
            "'name':'g','type':{'type':'int','connect.name':'io.debezium.time.Date'}",
            "'name':'h','type':{'type':'long','connect.name':'io.debezium.time.MicroTime'}",
            "'name':'i','type':{'type':'string','connect.name':'io.debezium.time.ZonedTimestamp'}",
            "'name':'j','type':'long'");
    GenericRecord value =
        new GenericRecordBuilder(writer)
            .set("a", -1L)
            .set("b", 1_000_001L)
            .set("c", 793)
            .set("d", 9_223_372_036_825_200_000L)
            .set("e", -1L)
            .set("f", 1L)
            .set("g", -719_163)
            .set("h", 3_600_000_000L)
            .set("i", "2026-01-14T07:09:24Z")
            .set("j", 5L)
            .build();

    assertThat(
        toJson(writer, value),
        is(
            ("{'a':'1969-12-31T23:59:59.999Z','b':'1970-01-01T00:00:01.000001Z',"
                    + "'c':'1972-03-04T00:00:00Z','d':'+292278994-08-16T23:00:00Z',"
                    + "'e':'1969-12-31T23:59:59.999999Z','f':'1970-01-01T00:00:00.000000001Z',"
                    + "'g':'0000-12-31T00:00:00Z','h':'3600000000','i':'2026-01-14T07:09:24Z',"
                    + "'j':5}")
                .replace('\'', '"')));
  }

  @Test
  void aTimeThatIsOutOfRangeIsANumberAsText() throws Exception {
    Schema writer =
        schema(
            "'name':'a','type':{'type':'long','logicalType':'date'}",
            "'name':'b','type':{'type':'long','logicalType':'date'}",
            "'name':'c','type':{'type':'long','logicalType':'date'}",
            "'name':'d','type':{'type':'long','connect.name':'io.debezium.time.Date'}",
            "'name':'e','type':{'type':'long','logicalType':'timestamp-millis'}");
    GenericRecord value =
        new GenericRecordBuilder(writer)
            .set("a", Long.MAX_VALUE)
            .set("b", 1_768_374_564_000L)
            .set("c", 200_000_000_000L)
            .set("d", Long.MIN_VALUE)
            .set("e", Long.MAX_VALUE)
            .build();

    assertThat(
        toJson(writer, value),
        is(
            ("{'a':'9223372036854775807','b':'1768374564000','c':'200000000000',"
                    + "'d':'-9223372036854775808','e':'+292278994-08-17T07:12:55.807Z'}")
                .replace('\'', '"')));
  }

  @Test
  void jsonThatIsMuchLongerThanTheAvroIsADeadLetter() throws IOException {
    String field = "f".repeat(10_000);
    Schema writer =
        schema(
            "'name':'items','type':{'type':'array','items':{'type':'record','name':'Empty',"
                + "'fields':[{'name':'"
                + field
                + "','type':'null'}]}}");
    GenericRecord item = new GenericData.Record(writer.getField("items").schema().getElementType());
    GenericRecord value =
        new GenericRecordBuilder(writer).set("items", Collections.nCopies(20_000, item)).build();
    int id = registry.register("repeated-value", writer.toString());
    byte[] bytes = Wire.value(id, writer, value);

    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> json().read(bytes, ORIGIN));

    assertThat(refused.reason(), is(Reason.TOO_LONG));
    assertThat(refused.getMessage(), is("longer than 33554432 bytes once it is converted to JSON"));
    assertThat(json().timeIn(new LengthAsTime()).apply(bytes), is(nullValue()));
  }

  // times of records

  @Test
  void theTimeOfARecordIsFoundInItsJson() throws Exception {
    int id = registry.register("sales-value", READER.toString());
    byte[] value = Wire.value(id, READER, sale(READER).build());
    SerializableFunction<byte[], Instant> time =
        SerializableUtils.ensureSerializable((TimeInWireFormat) json().timeIn(new LengthAsTime()));

    assertThat(time.apply(value), is(new LengthAsTime().apply(json().read(value, ORIGIN).bytes())));
    assertThat(time.apply(null), is(Instant.ofEpochMilli(-1)));
    assertThat("unreadable", time.apply(new byte[] {1, 2}), is(nullValue()));
  }

  @Test
  void aRegistryThatRefusesGivesNoTime() {
    try (EmbeddedRegistry refusing = EmbeddedRegistry.start()) {
      refusing.require("Basic other");
      SerializableFunction<byte[], Instant> time =
          WireFormat.toJson(SchemaRegistry.at(refusing.uri())).timeIn(new LengthAsTime());

      assertThrows(RegistryException.class, () -> time.apply(new byte[] {0, 0, 0, 0, 1, 2}));
    }
  }

  private static final class LengthAsTime implements SerializableFunction<byte[], Instant> {
    private static final long serialVersionUID = 1L;

    @Override
    public Instant apply(byte[] bytes) {
      return Instant.ofEpochMilli(bytes == null ? -1 : bytes.length);
    }
  }

  private static WireFormat avro() {
    return SerializableUtils.ensureSerializable(
        WireFormat.toAvro(SchemaRegistry.at(registry.uri()), READER));
  }

  private static WireFormat json() {
    return SerializableUtils.ensureSerializable(
        WireFormat.toJson(SchemaRegistry.at(registry.uri())));
  }

  private static String toJson(Schema writer, GenericRecord value) throws Exception {
    int id = registry.register("json-" + writer.hashCode(), writer.toString());
    return new String(json().read(Wire.value(id, writer, value), ORIGIN).bytes(), UTF_8);
  }

  private static ByteBuffer decimal(String unscaled, int scale) {
    return ByteBuffer.wrap(new BigDecimal(unscaled).setScale(scale).unscaledValue().toByteArray());
  }

  private static GenericRecord read(byte[] value) throws UnreadableRecord, IOException {
    RawRecord read = avro().read(value, ORIGIN);
    assertThat(read.encoding(), is(Encoding.AVRO));
    return new BinaryMessageDecoder<GenericRecord>(new GenericData(), READER).decode(read.bytes());
  }

  private static GenericRecord read(Schema writer, UnaryOperator<GenericRecordBuilder> set)
      throws UnreadableRecord, IOException {
    int id = registry.register("sales-" + writer.hashCode(), writer.toString());
    return read(Wire.value(id, writer, set.apply(sale(writer)).build()));
  }

  private static void refused(Schema writer, String why) {
    refused(writer, why, all -> all);
  }

  private static void refused(Schema writer, String why, UnaryOperator<GenericRecordBuilder> set) {
    int id = registry.register("sales-" + writer.hashCode(), writer.toString());
    UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> read(writer, set));
    assertThat(refused.reason(), is(Reason.UNKNOWN_SCHEMA));
    assertThat(
        refused.getMessage(),
        is("the schema " + id + " of the registry does not fit shop.Sale: " + why));
  }

  private static Reason reason(byte[] value) {
    return assertThrows(UnreadableRecord.class, () -> read(value)).reason();
  }

  private static GenericRecordBuilder sale(Schema schema) {
    GenericRecordBuilder sale = new GenericRecordBuilder(schema);
    Map<String, Object> values = Map.of("id", "a", "sum", 1.5, "at", 99L);
    values.forEach(
        (name, value) -> {
          if (schema.getField(name) != null) {
            sale.set(name, value);
          }
        });
    return sale;
  }

  private static Schema schema(String... fields) {
    return new Schema.Parser()
        .parse(
            ("{'type':'record','namespace':'shop','name':'Sale','fields':[{"
                    + String.join("},{", fields)
                    + "}]}")
                .replace('\'', '"'));
  }
}
