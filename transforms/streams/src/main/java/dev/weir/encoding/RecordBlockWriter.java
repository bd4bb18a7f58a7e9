package dev.weir.encoding;

import java.io.IOException;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.util.VarInt;

/** Writes the records of one {@link RecordBlock}. */
final class RecordBlockWriter {
  private final OutputBuffer records;
  private long[] fingerprints = new long[4];
  private int schemas;

  RecordBlockWriter(int capacity) {
    records = new OutputBuffer(capacity);
  }

  /** Adds the current record of a cursor. */
  void copy(RecordCursor cursor) throws IOException {
    VarInt.encode(schema(cursor.fingerprint()), records);
    cursor.writeRest(records);
  }

  void add(RecordCodec<SpecificRecordBase> codec, byte[] id, RecordBlock.Kept kept)
      throws IOException {
    byte[] body = codec.encodeBody(kept.record());
    VarInt.encode(schema(codec.fingerprint()), records);
    VarInt.encode(id.length, records);
    records.write(id, 0, id.length);
    VarInt.encode(RecordBlock.encoded(kept.until()), records);
    VarInt.encode(body.length, records);
    records.write(body, 0, body.length);
  }

  private int schema(long fingerprint) {
    for (int n = 0; n < schemas; n++) {
      if (fingerprints[n] == fingerprint) {
        return n;
      }
    }
    if (schemas == fingerprints.length) {
      fingerprints = Arrays.copyOf(fingerprints, 2 * schemas);
    }
    fingerprints[schemas] = fingerprint;
    return schemas++;
  }

  RecordBlock toBlock(AnyRecordCoder coder) throws IOException {
    OutputBuffer block = new OutputBuffer(1 + schemas * Long.BYTES + records.size());
    VarInt.encode(schemas, block);
    for (int n = 0; n < schemas; n++) {
      block.writeLong(Long.reverseBytes(fingerprints[n]));
    }
    records.writeTo(block);
    return new RecordBlock(coder, block.toByteArray());
  }
}
