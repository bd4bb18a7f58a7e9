package dev.weir.encoding;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.beam.sdk.coders.CoderException;

/** Visits the records of a {@link RecordBlock} in the order in which they are written. */
final class RecordCursor {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final long[] fingerprints;
  private final AnyRecordCoder.Codecs codecs;
  private int at;

  private int schema;
  private int rest;
  private int idFrom;
  private int idLength;
  private long until;
  private int bodyFrom;
  private int bodyLength;

  RecordCursor(byte[] bytes, AnyRecordCoder.Codecs codecs) {
    this.bytes = bytes;
    this.codecs = codecs;
    this.fingerprints = new long[number()];
    for (int n = 0; n < fingerprints.length; n++) {
      fingerprints[n] = (long) LONG.get(bytes, at);
      at += Long.BYTES;
    }
  }

  /** Moves to the next record. Returns false if there is none. */
  boolean next() {
    if (at == bytes.length) {
      return false;
    }
    schema = number();
    rest = at;
    idLength = number();
    idFrom = at;
    at += idLength;
    until = RecordBlock.decoded(longNumber());
    bodyLength = number();
    bodyFrom = at;
    at += bodyLength;
    return true;
  }

  /**
   * @throws CoderException if the record's schema is unknown
   */
  boolean is(RecordCodec<?> codec, byte[] id) throws CoderException {
    return idLength == id.length
        && Arrays.equals(bytes, idFrom, idFrom + idLength, id, 0, idLength)
        && (codec.fingerprint() == fingerprint() || codecs.reading(fingerprint()) == codec);
  }

  String id() {
    return new String(bytes, idFrom, idLength, StandardCharsets.UTF_8);
  }

  IdHash idHash() {
    return IdHash.of(bytes, idFrom, idLength);
  }

  long until() {
    return until;
  }

  long fingerprint() {
    return fingerprints[schema];
  }

  RecordBlock.Kept kept() throws IOException {
    return new RecordBlock.Kept(
        codecs.reading(fingerprint()).decodeBody(fingerprint(), bytes, bodyFrom, bodyLength),
        until());
  }

  /** Writes all of this record that follows its schema. */
  void writeRest(OutputBuffer out) {
    out.write(bytes, rest, at - rest);
  }

  private int number() {
    return (int) longNumber();
  }

  private long longNumber() {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      number |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }
}
