package dev.weir.sharding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;

/**
 * Encodes a value into memory, and then writes all of it at once. Flink's streams are slow if a
 * coder writes single bytes, as those of lists and numbers do. The encoding is that of the other
 * coder.
 */
final class BufferedCoder<T> extends CustomCoder<T> {
  private static final long serialVersionUID = 1L;

  private final Coder<T> coder;

  private BufferedCoder(Coder<T> coder) {
    this.coder = coder;
  }

  static <T> BufferedCoder<T> of(Coder<T> coder) {
    return new BufferedCoder<>(coder);
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream(1 << 10);
    coder.encode(value, buffer);
    buffer.writeTo(out);
  }

  @Override
  public T decode(InputStream in) throws IOException {
    return coder.decode(in);
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
    return other instanceof BufferedCoder<?> that && coder.equals(that.coder);
  }

  @Override
  public int hashCode() {
    return coder.hashCode();
  }
}
