package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.testing.CompiledRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleObjectReaderTest {
  private static final Schema PAST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.loan", "name": "Request", "fields": [
                {"name": "branch", "type": ["null", "string"]},
                {"name": "amount", "type": "int"},
                {"name": "request_id", "type": "string"}]}
              """);

  private static final Schema CURRENT =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.loan", "name": "Request", "fields": [
                {"name": "request_id",
                 "type": {"type": "string", "avro.java.string": "String"}},
                {"name": "amount", "type": "double"}]}
              """);

  @TempDir Path folder;

  @Test
  void aRecordOfAPastSchemaIsReadIfThatIsKnown() throws Exception {
    try (CompiledRecord request = CompiledRecord.of(folder, PAST, CURRENT)) {
      assertThat(
          SingleObjectReader.of(request.type()).read(writtenInThePast()),
          is(request.record("r1", 100.0)));
    }
  }

  @Test
  void aRecordOfAnUnknownSchemaIsReported() throws Exception {
    try (CompiledRecord request = CompiledRecord.of(folder, CURRENT)) {
      UnreadableRecord why =
          assertThrows(
              UnreadableRecord.class,
              () -> SingleObjectReader.of(request.type()).read(writtenInThePast()));

      assertThat(why.reason(), is(Reason.UNKNOWN_SCHEMA));
    }
  }

  @Test
  void textThatIsNotUtf8IsRefusedAndAReplacementCharacterIsText() throws Exception {
    try (CompiledRecord request = CompiledRecord.of(folder, PAST, CURRENT)) {
      var reader = SingleObjectReader.of(request.type());
      byte[] record = writtenInThePast("\uFFFD");
      reader.read(record);
      record[record.length - 1] = 'x';

      UnreadableRecord why = assertThrows(UnreadableRecord.class, () -> reader.read(record));

      assertThat(why.reason(), is(Reason.MALFORMED));
      assertThat(why.getMessage(), is("not UTF-8"));
    }
  }

  @Test
  void aBadRecordDoesNotAffectTheNextOne() throws Exception {
    try (CompiledRecord request = CompiledRecord.of(folder, PAST, CURRENT)) {
      var reader = SingleObjectReader.of(request.type());
      byte[] cut = Arrays.copyOf(writtenInThePast(), 14);

      assertThrows(UnreadableRecord.class, () -> reader.read(cut));
      assertThat(reader.read(writtenInThePast()), is(request.record("r1", 100.0)));
    }
  }

  private static byte[] writtenInThePast() throws IOException {
    return writtenInThePast("r1");
  }

  private static byte[] writtenInThePast(String id) throws IOException {
    GenericRecord past = new GenericData.Record(PAST);
    past.put("branch", "north");
    past.put("amount", 100);
    past.put("request_id", id);
    return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), PAST).encode(past).array();
  }
}
