package dev.weir.encoding;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;

/** Encodes blocks of records: their length and their bytes. */
public final class RecordBlockCoder extends CustomCoder<RecordBlock> {
  private static final long serialVersionUID = 1L;

  private final AnyRecordCoder records;

  private RecordBlockCoder(AnyRecordCoder records) {
    this.records = Objects.requireNonNull(records);
  }

  /**
   * @param records encodes the records in the blocks
   */
  public static RecordBlockCoder of(AnyRecordCoder records) {
    return new RecordBlockCoder(records);
  }

  @Override
  public void encode(RecordBlock block, OutputStream out) throws IOException {
    if (block == null) {
      throw new CoderException("cannot encode null");
    }
    block.writeTo(out);
  }

  @Override
  public RecordBlock decode(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || length == 0) {
      throw new EOFException("a block of records is truncated");
    }
    return new RecordBlock(records, bytes);
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    throw new NonDeterministicException(this, "records are written in the order of their changes");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordBlockCoder that && records.equals(that.records);
  }

  @Override
  public int hashCode() {
    return records.hashCode();
  }
}
