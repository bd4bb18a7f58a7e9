package dev.weir.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * A record as it was read, before it is parsed.
 *
 * @param bytes the whole record; treat it as immutable
 * @param encoding how to read the bytes
 * @param origin where the record was read from
 */
@SuppressWarnings("ArrayRecordComponent")
public record RawRecord(byte[] bytes, Encoding encoding, Origin origin) {

  /** How to read a record's bytes. */
  public enum Encoding {
    /** Avro single-object encoding. */
    AVRO,
    /** One JSON object, UTF-8. */
    JSON
  }

  /** Encodes a record field by field; not used for keyed state. */
  public static final Coder<RawRecord> CODER = new RawRecordCoder();

  private static final class RawRecordCoder extends CustomCoder<RawRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(RawRecord record, OutputStream out) throws IOException {
      ByteArrayCoder.of().encode(record.bytes, out);
      out.write(record.encoding.ordinal());
      StringUtf8Coder.of().encode(record.origin.source(), out);
      VarIntCoder.of().encode(record.origin.partition(), out);
      VarLongCoder.of().encode(record.origin.position(), out);
    }

    @Override
    public RawRecord decode(InputStream in) throws IOException {
      byte[] bytes = ByteArrayCoder.of().decode(in);
      Encoding encoding = Encoding.values()[in.read()];
      return new RawRecord(
          bytes,
          encoding,
          new Origin(
              StringUtf8Coder.of().decode(in),
              VarIntCoder.of().decode(in),
              VarLongCoder.of().decode(in)));
    }

    @Override
    public Object structuralValue(RawRecord record) {
      return java.util.List.of(
          java.nio.ByteBuffer.wrap(record.bytes), record.encoding, record.origin);
    }

    @Override
    public void verifyDeterministic() {}

    @Override
    public boolean equals(Object other) {
      return other instanceof RawRecordCoder;
    }

    @Override
    public int hashCode() {
      return RawRecordCoder.class.hashCode();
    }
  }
}
