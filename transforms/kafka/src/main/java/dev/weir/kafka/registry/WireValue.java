package dev.weir.kafka.registry;

import dev.weir.encoding.AvroWalk;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * A value in the wire format of a schema registry: a zero byte, the id of the schema in four bytes,
 * most significant first, and the body.
 */
final class WireValue {
  static final int HEADER = 5;
  private static final byte MAGIC = 0;

  private final byte[] bytes;

  private WireValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws UnreadableRecord if the bytes do not begin with the header
   */
  static WireValue of(byte[] bytes) throws UnreadableRecord {
    if (bytes.length < HEADER || bytes[0] != MAGIC || bytes[1] < 0) {
      throw new UnreadableRecord(
          Reason.MALFORMED,
          "not in the wire format of a schema registry: a zero byte and the id of a schema");
    }
    return new WireValue(bytes);
  }

  /** Returns the header of values of a schema. */
  static byte[] header(int id) {
    return ByteBuffer.allocate(HEADER).put(MAGIC).putInt(id).array();
  }

  int id() {
    return ByteBuffer.wrap(bytes).getInt(1);
  }

  byte[] body() {
    return Arrays.copyOfRange(bytes, HEADER, bytes.length);
  }

  /**
   * Validates the body as Avro; reading it allocates no more than it holds.
   *
   * @throws UnreadableRecord if the body is not exactly one value of the schema
   */
  BinaryDecoder avro(Schema writer) throws UnreadableRecord {
    boolean utf8;
    boolean end;
    try {
      AvroWalk walk = new AvroWalk(bytes, HEADER, bytes.length);
      utf8 = walk.next(writer);
      end = walk.isEnd();
    } catch (IOException e) {
      throw new UnreadableRecord(Reason.MALFORMED, "not a record of its Avro schema");
    }
    if (!end) {
      throw new UnreadableRecord(Reason.MALFORMED, "bytes are left over after the record");
    }
    if (!utf8) {
      throw new UnreadableRecord(Reason.MALFORMED, "not UTF-8");
    }
    return DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
  }
}
