package dev.weir.it.loans;

import dev.weir.encoding.PlainJson;
import dev.weir.loan.LoanDecision;
import dev.weir.testing.EmbeddedRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * Applications as other clients of a schema registry write them, and decisions as they read them.
 */
final class WireLoans {
  private static final int HEADER = 5;

  /** The amounts were whole numbers once. */
  private static final String OLDER =
      record(
          "'name':'request_id','type':'string'",
          "'name':'applicant_type','type':'string'",
          "'name':'amount','type':'int'",
          "'name':'ssn','type':'string'",
          "'name':'ts','type':{'type':'long','logicalType':'timestamp-millis'}");

  /** Fields are in another order, may be null, or are not known here. */
  private static final String NEWER =
      record(
          "'name':'branch','type':['null','string'],'default':null",
          "'name':'ts','type':{'type':'long','logicalType':'timestamp-millis'}",
          "'name':'request_id','type':'string'",
          "'name':'applicant_type','type':['null','string']",
          "'name':'amount','type':'double'",
          "'name':'ssn','type':'string'");

  private final EmbeddedRegistry registry;
  private final int older;
  private final int newer;

  /**
   * @param topic the topic of the applications
   */
  WireLoans(EmbeddedRegistry registry, String topic) {
    this.registry = registry;
    this.older = registry.register(topic + "-value", OLDER);
    this.newer = registry.register(topic + "-value", NEWER);
  }

  byte[] older(Loan loan) {
    Schema schema = new Schema.Parser().parse(OLDER);
    return value(older, builder(schema, loan).set("amount", Integer.parseInt(loan.amount())));
  }

  byte[] newer(Loan loan) {
    Schema schema = new Schema.Parser().parse(NEWER);
    return value(
        newer,
        builder(schema, loan).set("amount", Double.parseDouble(loan.amount())).set("branch", "b"));
  }

  /** Returns a decision as JSON. */
  String decision(byte[] value) {
    Schema writer = new Schema.Parser().parse(registry.schema(ByteBuffer.wrap(value).getInt(1)));
    SpecificDatumReader<LoanDecision> reader =
        new SpecificDatumReader<>(
            writer, LoanDecision.getClassSchema(), SpecificData.getForClass(LoanDecision.class));
    try {
      LoanDecision decision =
          reader.read(
              null, DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null));
      return new String(PlainJson.write(decision), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GenericRecordBuilder builder(Schema schema, Loan loan) {
    return new GenericRecordBuilder(schema)
        .set("request_id", loan.requestId())
        .set("applicant_type", loan.type())
        .set("ssn", loan.ssn())
        .set("ts", loan.ts().toEpochMilli());
  }

  private static byte[] value(int id, GenericRecordBuilder record) {
    GenericRecord built = record.build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(HEADER).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(built.getSchema(), new GenericData())
          .write(built, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String record(String... fields) {
    return ("{'type':'record','namespace':'com.lender','name':'Application','fields':[{"
            + String.join("},{", fields)
            + "}]}")
        .replace('\'', '"');
  }
}
