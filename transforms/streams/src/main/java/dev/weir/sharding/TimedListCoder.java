package dev.weir.sharding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TimestampedValue;

/**
 * Encodes a list of elements with their timestamps. The elements are written in one go: Flink's
 * streams are slow if a coder writes single bytes.
 */
final class TimedListCoder<T> extends CustomCoder<List<TimestampedValue<T>>> {
  private static final long serialVersionUID = 1L;

  private final Coder<T> coder;

  private TimedListCoder(Coder<T> coder) {
    this.coder = coder;
  }

  /**
   * @param coder encodes an element
   */
  static <T> TimedListCoder<T> of(Coder<T> coder) {
    return new TimedListCoder<>(coder);
  }

  @Override
  public void encode(List<TimestampedValue<T>> list, OutputStream out) throws IOException {
    EncodedList.write(list, coder, out);
  }

  @Override
  public List<TimestampedValue<T>> decode(InputStream in) throws IOException {
    return EncodedList.read(coder, in);
  }

  @Override
  public List<? extends Coder<?>> getCoderArguments() {
    return List.of(coder);
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    coder.verifyDeterministic();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimedListCoder<?> that && coder.equals(that.coder);
  }

  @Override
  public int hashCode() {
    return coder.hashCode();
  }
}
