package dev.weir.iceberg.write;

import dev.weir.encoding.OutputBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;

/**
 * Encodes rows on their way to a writer. They arrive as generic records with raw values: text as
 * UTF-8 and times as numbers, which files take without a conversion. Many threads may use one
 * coder.
 */
final class RawRowCoder extends CustomCoder<IndexedRecord> {
  private static final long serialVersionUID = 1;

  /** In Avro's JSON form: savepoints contain coders, but not Avro's classes. */
  private final String schema;

  private transient volatile ThreadLocal<Codec> codecs;

  RawRowCoder(Schema schema) {
    this.schema = schema.toString();
  }

  @Override
  public void encode(IndexedRecord row, OutputStream out) throws IOException {
    if (row == null) {
      throw new CoderException("cannot encode a row that is null");
    }
    codec().encode(row, out);
  }

  @Override
  public IndexedRecord decode(InputStream in) throws IOException {
    return codec().decode(in);
  }

  private Codec codec() {
    ThreadLocal<Codec> mine = codecs;
    if (mine == null) {
      mine = ThreadLocal.withInitial(() -> new Codec(new Schema.Parser().parse(schema)));
      codecs = mine;
    }
    return mine.get();
  }

  @Override
  public void verifyDeterministic() {
    // Equal rows are equal bytes.
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawRowCoder that && schema.equals(that.schema);
  }

  @Override
  public int hashCode() {
    return schema.hashCode();
  }

  private static final class Codec {
    /** Avro's decoder copies the end of its input if fewer bytes follow a value. */
    private static final int PADDING = 16;

    /** Longer rows are read into an array of their own. */
    private static final int LARGE = 1 << 20;

    private static final String TRUNCATED = "a row is truncated";

    private final AvroRowWriter writer;
    private final DatumReader<IndexedRecord> reader;
    private final OutputBuffer buffer = new OutputBuffer(256);
    private BinaryEncoder encoder;
    private byte[] bytes = new byte[256];
    private BinaryDecoder decoder;

    Codec(Schema schema) {
      writer = new AvroRowWriter(schema);
      reader = RawRowReader.of(schema);
    }

    void encode(IndexedRecord row, OutputStream out) throws IOException {
      buffer.reset();
      encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
      try {
        writer.write(row, encoder);
        encoder.flush();
      } catch (IOException | RuntimeException e) {
        // It may still hold a part of this row.
        encoder = null;
        throw e;
      }
      VarInt.encode(buffer.size(), out);
      buffer.writeTo(out);
    }

    IndexedRecord decode(InputStream in) throws IOException {
      int length = VarInt.decodeInt(in);
      byte[] padded = length > LARGE ? readLarge(in, length) : readSmall(in, length);
      decoder = DecoderFactory.get().binaryDecoder(padded, 0, length + PADDING, decoder);
      IndexedRecord row = reader.read(null, decoder);
      if (decoder.inputStream().available() != PADDING) {
        throw new CoderException("the length of a row does not match its values");
      }
      return row;
    }

    /** Reads into a buffer that is used again. */
    private byte[] readSmall(InputStream in, int length) throws IOException {
      if (length > bytes.length - PADDING) {
        bytes = new byte[length + PADDING];
      }
      if (length < 0 || in.readNBytes(bytes, 0, length) < length) {
        throw new CoderException(TRUNCATED);
      }
      return bytes;
    }

    /** Takes no more memory than there is data, whatever the length says. */
    private static byte[] readLarge(InputStream in, int length) throws IOException {
      byte[] read = in.readNBytes(length);
      if (read.length < length || length > Integer.MAX_VALUE - PADDING) {
        throw new CoderException(TRUNCATED);
      }
      return Arrays.copyOf(read, length + PADDING);
    }
  }
}
