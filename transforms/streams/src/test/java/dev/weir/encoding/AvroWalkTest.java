package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AvroWalkTest {
  private static final Schema EVERY_TYPE =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Every", "fields": [
                {"name": "nothing", "type": "null"},
                {"name": "flag", "type": "boolean"},
                {"name": "number", "type": "int"},
                {"name": "large", "type": "long"},
                {"name": "real", "type": "float"},
                {"name": "precise", "type": "double"},
                {"name": "raw", "type": "bytes"},
                {"name": "text", "type": ["null", "string"]},
                {"name": "four", "type": {"type": "fixed", "name": "Four", "size": 4}},
                {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
                {"name": "list", "type": {"type": "array", "items": "long"}},
                {"name": "map", "type": {"type": "map", "values": "string"}}]}
              """);

  private static final Schema NULLS = Schema.createArray(Schema.create(Schema.Type.NULL));
  private static final Schema LONGS = Schema.createArray(Schema.create(Schema.Type.LONG));

  @Test
  void recordsOfEveryTypeAreWalkedOneByOne() throws IOException {
    for (boolean blocks : new boolean[] {false, true}) {
      byte[] one = record(blocks);
      byte[] two = Arrays.copyOf(one, 2 * one.length);
      System.arraycopy(one, 0, two, one.length, one.length);
      AvroWalk walk = new AvroWalk(two, 0, two.length);

      assertThat(walk.next(EVERY_TYPE), is(true));
      assertThat(walk.position(), is(one.length));
      assertThat(walk.next(EVERY_TYPE), is(true));
      assertThat(walk.isEnd(), is(true));
    }
  }

  @Test
  void onlyTheBytesOfATextAreCheckedAsUtf8() throws IOException {
    Schema text = Schema.create(Schema.Type.STRING);
    byte[] bytes = {(byte) 0xc3, 4, 'a', 'b', (byte) 0xc3};
    AvroWalk walk = new AvroWalk(bytes, 1, bytes.length);

    assertThat(walk.next(text), is(true));
    assertThat(walk.position(), is(4));
    bytes[3] = (byte) 0xc3;
    assertThat(new AvroWalk(bytes, 1, bytes.length).next(text), is(false));
  }

  @Test
  void truncatedBytesAreNotARecord() throws IOException {
    byte[] one = record(false);
    for (int length = 0; length < one.length; length++) {
      AvroWalk walk = new AvroWalk(one, 0, length);

      assertThrows(IOException.class, () -> walk.next(EVERY_TYPE));
    }
  }

  @Test
  void aBlockOfItemsMustHaveTheSizeThatItDeclares() throws IOException {
    // A count of -2, a size, two items of a byte each, the end.
    assertThat(walk("03 04 02 02 00").next(LONGS), is(true));
    assertThrows(IOException.class, () -> walk("03 02 02 02 00").next(LONGS));
  }

  @Test
  void itemsWithoutBytesAreLimited() throws IOException {
    assertThat(walk("06 00").next(NULLS), is(true));
    assertThrows(IOException.class, () -> walk("FE FF FF FF FF FF FF FF 7F 00").next(NULLS));
  }

  /** Without a limit, the walk would take 2^60 steps. */
  @Test
  @Timeout(60)
  void recordsWithoutBytesAreLimited() throws IOException {
    Schema twice = Schema.createRecord("R0", null, null, false, List.of());
    for (int n = 1; n <= 60; n++) {
      Schema below = twice;
      twice = Schema.createRecord("R" + n, null, null, false);
      twice.setFields(List.of(new Schema.Field("a", below), new Schema.Field("b", below)));
      if (n == 15) {
        assertThat(walk("").next(twice), is(true));
      }
    }
    Schema tree = twice;

    assertThrows(IOException.class, () -> walk("").next(tree));
  }

  @Test
  void manyFieldsInFewBytesAreARecord() throws IOException {
    List<Schema.Field> fields = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      fields.add(new Schema.Field("f" + n, Schema.create(Schema.Type.NULL)));
    }
    Schema nulls = Schema.createRecord("Nulls", null, null, false, fields);

    // 500 items.
    assertThat(walk("E8 07 00").next(Schema.createArray(nulls)), is(true));
  }

  @Test
  void valuesThatAreNestedTooDeeplyAreNotARecord() {
    Schema chain =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Chain", "fields": [
                  {"name": "next", "type": ["null", "Chain"]}]}
                """);

    assertThrows(IOException.class, () -> walk("02 ".repeat(100_000) + "00").next(chain));
  }

  private static AvroWalk walk(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new AvroWalk(bytes, 0, bytes.length);
  }

  private static byte[] record(boolean blocks) throws IOException {
    GenericRecord record = new GenericData.Record(EVERY_TYPE);
    record.put("flag", true);
    record.put("number", -1);
    record.put("large", Long.MIN_VALUE);
    record.put("real", 1f);
    record.put("precise", 1.0);
    record.put("raw", ByteBuffer.wrap(new byte[] {(byte) 0xFF}));
    record.put("text", "caf\u00E9");
    record.put("four", new GenericData.Fixed(EVERY_TYPE.getField("four").schema(), new byte[4]));
    record.put("kind", new GenericData.EnumSymbol(EVERY_TYPE.getField("kind").schema(), "B"));
    record.put("list", List.of(1L, 2L, 300L));
    record.put("map", Map.of("a", "b", "c", "d"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderFactory factory = EncoderFactory.get();
    BinaryEncoder encoder =
        blocks ? factory.blockingBinaryEncoder(out, null) : factory.binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(EVERY_TYPE).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
