package dev.weir.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.VarInt;

/**
 * Encodes and decodes one record type for one thread. It keeps the buffers, readers and writers
 * that Avro's own codec looks up for every record. Writes the length, Avro's marker, the
 * fingerprint of the schema, and the body.
 */
final class RecordCodec<T extends SpecificRecordBase> {
  private static final int HEADER = 10;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] header;
  private final long current;
  private final SpecificDatumWriter<T> writer;
  private final SpecificDatumReader<T> reader;
  private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();
  private final OutputBuffer buffer = new OutputBuffer(256);
  private BinaryEncoder encoder;
  private BinaryDecoder decoder;

  RecordCodec(Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    // Lets the generated classes write themselves without reflection, which Avro does not do by
    // default.
    model.setCustomCoders(true);
    Schema schema = model.getSchema(type);
    SchemaHistory.of(type)
        .forEach(
            (fingerprint, past) ->
                readers.put(fingerprint, new SpecificDatumReader<>(past, schema, model)));
    current = SchemaHistory.fingerprint(schema);
    reader = readers.get(current);
    writer = new SpecificDatumWriter<>(schema, model);
    header =
        ByteBuffer.allocate(HEADER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0xC3)
            .put((byte) 0x01)
            .putLong(current)
            .array();
  }

  /** The fingerprints of all schemas that this codec reads. */
  Set<Long> fingerprints() {
    return readers.keySet();
  }

  void encode(T record, OutputStream out) throws IOException {
    buffer.reset();
    buffer.write(header, 0, HEADER);
    write(record);
    VarInt.encode(buffer.size(), out);
    buffer.writeTo(out);
  }

  private void write(T record) throws IOException {
    encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      // It may still hold a part of this record.
      encoder = null;
      throw e;
    }
  }

  /** The fingerprint of the schema that this codec writes. */
  long fingerprint() {
    return current;
  }

  /** Returns the record as {@link #encode} writes it, without what precedes its body. */
  byte[] encodeBody(T record) throws IOException {
    buffer.reset();
    write(record);
    return buffer.toByteArray();
  }

  /** Decodes what {@link #encodeBody} returned, with the schema of that fingerprint. */
  T decodeBody(long fingerprint, byte[] bytes, int from, int length) throws IOException {
    SpecificDatumReader<T> written = fingerprint == current ? reader : readers.get(fingerprint);
    decoder = DecoderFactory.get().binaryDecoder(bytes, from, length, decoder);
    return written.read(null, decoder);
  }

  /**
   * @param bytes the bytes that {@link #take} returned
   * @return null if the fingerprint is not that of a schema of this record
   */
  T decode(byte[] bytes) throws IOException {
    long fingerprint = fingerprintOf(bytes);
    SpecificDatumReader<T> written = fingerprint == current ? reader : readers.get(fingerprint);
    if (written == null) {
      return null;
    }
    decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
    return written.read(null, decoder);
  }

  /** Reads the bytes of the next record, without the length before them. */
  static byte[] take(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new CoderException("a record is truncated");
    }
    if (length < HEADER || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
      throw new CoderException("not in Avro's single-object encoding");
    }
    return bytes;
  }

  static long fingerprintOf(byte[] bytes) {
    return (long) LONG.get(bytes, 2);
  }

  /**
   * @param records the types that were expected
   */
  static CoderException unknown(byte[] bytes, String records) {
    return unknown(fingerprintOf(bytes), records);
  }

  static CoderException unknown(long fingerprint, String records) {
    return new CoderException(
        String.format(
            Locale.ROOT,
            "a record was written with an unknown schema, fingerprint %016x; expected a version of"
                + " %s. If a later version of Weir wrote it, run that version. Otherwise add its"
                + " schema, with the next number, to"
                + " src/main/resources/schemas/<full name of the record>/ of its module",
            fingerprint,
            records));
  }
}
