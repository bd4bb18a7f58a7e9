package dev.weir.spend;

import com.google.common.primitives.Longs;
import dev.weir.encoding.SingleObjectCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;

/** Encodes amounts as {@link StoredAmounts}, which carry their schema. */
final class AmountsCoder extends CustomCoder<Amounts> {
  private static final long serialVersionUID = 1L;

  private final SingleObjectCoder<StoredAmounts> stored = SingleObjectCoder.of(StoredAmounts.class);

  @Override
  public void encode(Amounts amounts, OutputStream out) throws IOException {
    stored.encode(
        new StoredAmounts(Longs.asList(amounts.cents()), Longs.asList(amounts.counts())), out);
  }

  @Override
  public Amounts decode(InputStream in) throws IOException {
    StoredAmounts read = stored.decode(in);
    return new Amounts(Longs.toArray(read.getCents()), Longs.toArray(read.getCounts()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AmountsCoder;
  }

  @Override
  public int hashCode() {
    return AmountsCoder.class.hashCode();
  }
}
