package dev.weir.changelog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StructuredCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * Encodes a {@link RowChange} as its deletion flag, its position and its row.
 *
 * @param <T> the row
 */
public final class RowChangeCoder<T extends IndexedRecord> extends StructuredCoder<RowChange<T>> {
  private static final long serialVersionUID = 1;

  private final Coder<T> row;

  private RowChangeCoder(Coder<T> row) {
    this.row = row;
  }

  public static <T extends IndexedRecord> RowChangeCoder<T> of(Coder<T> row) {
    return new RowChangeCoder<>(row);
  }

  @Override
  public void encode(RowChange<T> change, OutputStream out) throws IOException {
    BooleanCoder.of().encode(change.delete(), out);
    VarLongCoder.of().encode(change.position().major(), out);
    VarLongCoder.of().encode(change.position().minor(), out);
    row.encode(change.row(), out);
  }

  @Override
  public RowChange<T> decode(InputStream in) throws IOException {
    boolean delete = BooleanCoder.of().decode(in);
    Position position = new Position(VarLongCoder.of().decode(in), VarLongCoder.of().decode(in));
    return new RowChange<>(row.decode(in), delete, position);
  }

  @Override
  public List<? extends Coder<?>> getCoderArguments() {
    return List.of(row);
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    row.verifyDeterministic();
  }
}
