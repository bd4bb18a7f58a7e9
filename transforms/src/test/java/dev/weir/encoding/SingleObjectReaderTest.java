package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.intake.UnreadableRecord;
import dev.weir.intake.UnreadableRecord.Reason;
import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

class SingleObjectReaderTest {
  private static final Schema PAST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "dev.weir.loan", "name": "LoanApplication", "fields": [
                {"name": "branch", "type": ["null", "string"]},
                {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "ssn", "type": "string"},
                {"name": "amount", "type": "int"},
                {"name": "applicant_type", "type": "string"},
                {"name": "request_id", "type": "string"}]}
              """);

  @Test
  void aRecordOfAPastSchemaIsReadWhereThatIsKnown() throws Exception {
    assertThat(
        SingleObjectReader.of(LoanApplication.class).alsoReading(PAST).read(writtenInThePast()),
        is(new LoanApplication("r1", "KNOWN", 100.0, "a", Instant.ofEpochMilli(5))));
  }

  @Test
  void aRecordOfASchemaThatIsNotKnownIsSaidToBe() {
    UnreadableRecord why =
        assertThrows(
            UnreadableRecord.class,
            () -> SingleObjectReader.of(LoanApplication.class).read(writtenInThePast()));

    assertThat(why.reason(), is(Reason.UNKNOWN_SCHEMA));
  }

  @Test
  void aBadRecordDoesNotSpoilTheNextOne() throws Exception {
    SingleObjectReader<LoanApplication> reader =
        SingleObjectReader.of(LoanApplication.class).alsoReading(PAST);
    byte[] cut = Arrays.copyOf(writtenInThePast(), 14);

    assertThrows(UnreadableRecord.class, () -> reader.read(cut));
    assertThat(reader.read(writtenInThePast()).getRequestId(), is("r1"));
  }

  private static byte[] writtenInThePast() throws IOException {
    GenericRecord past = new GenericData.Record(PAST);
    past.put("branch", "north");
    past.put("ts", 5L);
    past.put("ssn", "a");
    past.put("amount", 100);
    past.put("applicant_type", "KNOWN");
    past.put("request_id", "r1");
    return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), PAST).encode(past).array();
  }
}
