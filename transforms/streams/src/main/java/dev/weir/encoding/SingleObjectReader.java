package dev.weir.encoding;

import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads Avro's single-object encoding from untrusted sources. Unlike Avro's own message decoder, it
 * allocates nothing before it has checked that the bytes are present (a forged length makes Avro's
 * decoder allocate up to 2 GiB), and it rejects text that is not UTF-8 and trailing bytes. A record
 * may have any current or past schema of its type, as with {@link SingleObjectCoder}.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class SingleObjectReader<T extends SpecificRecordBase> {
  private static final int HEADER = 10;

  private final Map<Long, Schema> writers;
  private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();
  private BinaryDecoder reused;

  private SingleObjectReader(Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    writers = SchemaHistory.of(type);
    writers.forEach(
        (fingerprint, writer) ->
            readers.put(fingerprint, new SpecificDatumReader<>(writer, schema, model)));
  }

  public static <T extends SpecificRecordBase> SingleObjectReader<T> of(Class<T> type) {
    return new SingleObjectReader<>(type);
  }

  /**
   * @throws UnreadableRecord if the bytes are not exactly one record of a known schema
   */
  public T read(byte[] bytes) throws UnreadableRecord {
    if (bytes.length < HEADER || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
      throw new UnreadableRecord(Reason.MALFORMED, "not in Avro single-object encoding");
    }
    long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    Schema writer = writers.get(fingerprint);
    if (writer == null) {
      throw new UnreadableRecord(Reason.UNKNOWN_SCHEMA, "no schema with the record's fingerprint");
    }
    try {
      AvroWalk walk = new AvroWalk(bytes, HEADER, bytes.length);
      boolean utf8 = walk.next(writer);
      if (!walk.isEnd()) {
        throw new UnreadableRecord(Reason.MALFORMED, "bytes are left over after the record");
      }
      if (!utf8) {
        throw new UnreadableRecord(Reason.MALFORMED, "not UTF-8");
      }
      return readers.get(fingerprint).read(null, decoderOf(bytes));
    } catch (IOException | RuntimeException e) {
      // Avro throws various exceptions for bytes that cannot be read as the expected schema.
      throw new UnreadableRecord(Reason.MALFORMED, "not a record of its Avro schema");
    }
  }

  private BinaryDecoder decoderOf(byte[] bytes) {
    reused = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, reused);
    return reused;
  }
}
