package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.Payments;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericData.StringType;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class RawRowCoderTest {

  @Test
  void bothFormsOfAValueArriveRaw() throws Exception {
    RawRowCoder coder = new RawRowCoder(EveryColumn.SCHEMA);
    List<GenericRecord> raw = EveryColumn.rows(false);
    List<GenericRecord> converted = EveryColumn.rows(true);
    for (int n = 0; n < raw.size(); n++) {
      byte[] bytes = CoderUtils.encodeToByteArray(coder, raw.get(n));
      byte[] same = CoderUtils.encodeToByteArray(coder, converted.get(n));

      assertThat(raw.get(n).toString(), Arrays.equals(bytes, same), is(true));
      IndexedRecord arrived = CoderUtils.decodeFromByteArray(coder, bytes);
      assertThat(arrived.toString(), is(raw.get(n).toString()));
    }
  }

  @Test
  void textArrivesAsUtf8EvenIfTheSchemaAsksForStrings() throws Exception {
    Schema schema =
        SchemaBuilder.record("Texts")
            .fields()
            .requiredString("text")
            .name("maybe")
            .type(SchemaBuilder.nullable().type(strings()))
            .noDefault()
            .endRecord();
    GenericData.setStringType(schema.getField("text").schema(), StringType.String);
    GenericRecord row = new GenericData.Record(schema);
    row.put("text", "größe");
    row.put("maybe", "");

    IndexedRecord arrived = CoderUtils.clone(new RawRowCoder(schema), row);

    assertThat(arrived.get(0), is(new Utf8("größe")));
    assertThat(arrived.get(1), is(instanceOf(Utf8.class)));
  }

  @Test
  void nestedRecordsArriveWithTheSchemaThatWasDeclared() throws Exception {
    Schema inner =
        SchemaBuilder.record("Inner").fields().name("text").type(strings()).noDefault().endRecord();
    Schema outer =
        SchemaBuilder.record("Outer")
            .fields()
            .name("all")
            .type(SchemaBuilder.array().items(SchemaBuilder.nullable().type(inner)))
            .noDefault()
            .endRecord();
    GenericRecord one = new GenericData.Record(inner);
    one.put("text", "a");
    GenericRecord row = new GenericData.Record(outer);
    row.put("all", List.of(one));

    IndexedRecord arrived = CoderUtils.clone(new RawRowCoder(outer), row);

    assertThat(arrived.getSchema(), is(outer));
    assertThat(((IndexedRecord) ((List<?>) arrived.get(0)).get(0)).getSchema(), is(inner));
  }

  @Test
  void longRowsArrive() throws Exception {
    RawRowCoder coder = new RawRowCoder(Payments.SCHEMA);
    GenericRecord large = Payments.payment("p".repeat(3_000_000), "a1", 5, 0);

    assertThat(
        GenericData.get().compare(CoderUtils.clone(coder, large), large, Payments.SCHEMA), is(0));
  }

  @Test
  void javaClassesInTheSchemaAreIgnored() throws Exception {
    Schema number = Schema.create(Schema.Type.STRING);
    number.addProp("java-class", "java.math.BigDecimal");
    Schema keys = Schema.createMap(Schema.create(Schema.Type.INT));
    keys.addProp("java-key-class", "java.lang.Integer");
    Schema schema =
        SchemaBuilder.record("Classes")
            .fields()
            .name("number")
            .type(number)
            .noDefault()
            .name("keys")
            .type(keys)
            .noDefault()
            .endRecord();
    GenericRecord row = new GenericData.Record(schema);
    row.put("number", "1.50");
    row.put("keys", Map.of("7", 8));

    IndexedRecord arrived = CoderUtils.clone(new RawRowCoder(schema), row);

    assertThat(arrived.get(0), is(new Utf8("1.50")));
    assertThat(arrived.get(1), is(Map.of(new Utf8("7"), 8)));
  }

  @Test
  void bytesThatAreNotOneRowAreRejected() throws Exception {
    RawRowCoder coder = new RawRowCoder(Payments.SCHEMA);
    GenericRecord good = Payments.payment("p1", "a1", 5, 0);
    byte[] bytes = CoderUtils.encodeToByteArray(coder, good);

    byte[] truncated = Arrays.copyOf(bytes, bytes.length - 1);
    byte[] withoutItsEnd = truncated.clone();
    withoutItsEnd[0]--;
    byte[] withMore = Arrays.copyOf(bytes, bytes.length + 1);
    withMore[0]++;
    byte[] twoGigabytes = {-1, -1, -1, -1, 7, 0};
    byte[] negative = {-1, -1, -1, -1, 15, 0};
    for (byte[] bad : List.of(truncated, withoutItsEnd, withMore, twoGigabytes, negative)) {
      assertThrows(CoderException.class, () -> CoderUtils.decodeFromByteArray(coder, bad));
    }
    assertThat(
        GenericData.get().compare(CoderUtils.clone(coder, good), good, Payments.SCHEMA), is(0));
  }

  @Test
  void rowsOfOneSchemaHaveOneCoder() {
    assertThat(new RawRowCoder(Payments.SCHEMA), is(new RawRowCoder(Payments.SCHEMA)));
    CoderProperties.coderSerializable(new RawRowCoder(Payments.SCHEMA));
  }

  @Test
  void aRowThatDoesNotFitTheSchemaIsRejectedAndHarmsNoOther() throws Exception {
    RawRowCoder coder = new RawRowCoder(Payments.SCHEMA);
    GenericRecord good = Payments.payment("p1", "a1", 5, 0);

    assertThrows(CoderException.class, () -> CoderUtils.encodeToByteArray(coder, null));
    GenericRecord bad = Payments.payment("p2", "a1", 5, 0);
    bad.put(0, List.of());
    assertThrows(RuntimeException.class, () -> CoderUtils.encodeToByteArray(coder, bad));

    assertThat(
        GenericData.get().compare(CoderUtils.clone(coder, good), good, Payments.SCHEMA), is(0));
  }

  private static Schema strings() {
    Schema text = Schema.create(Schema.Type.STRING);
    GenericData.setStringType(text, StringType.String);
    return text;
  }
}
