package dev.weir.ordering;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.StructuredCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/** Encodes entries in keyed state: a change here changes the format of savepoints. */
final class EntryCoder<E> extends StructuredCoder<Entry<E>> {
  private static final long serialVersionUID = 1L;
  private static final int EVENT = 0;
  private static final int DEADLINE = 1;
  private static final int SWEEP = 2;

  private final Coder<E> events;

  private EntryCoder(Coder<E> events) {
    this.events = Objects.requireNonNull(events);
  }

  static <E> EntryCoder<E> of(Coder<E> events) {
    return new EntryCoder<>(events);
  }

  @Override
  public void encode(Entry<E> entry, OutputStream out) throws IOException {
    VarLongCoder.of().encode(entry.time(), out);
    if (entry.event() != null) {
      out.write(EVENT);
      events.encode(entry.event(), out);
    } else if (entry.page() != null) {
      out.write(SWEEP);
      StringUtf8Coder.of().encode(entry.page(), out);
    } else {
      out.write(DEADLINE);
      VarLongCoder.of().encode(entry.hold(), out);
      StringUtf8Coder.of().encode(entry.deadline(), out);
    }
  }

  @Override
  public Entry<E> decode(InputStream in) throws IOException {
    long time = VarLongCoder.of().decode(in);
    int kind = in.read();
    return switch (kind) {
      case EVENT -> Entry.event(events.decode(in), time);
      case DEADLINE -> {
        long hold = VarLongCoder.of().decode(in);
        yield Entry.deadline(StringUtf8Coder.of().decode(in), time, hold);
      }
      case SWEEP -> Entry.sweep(StringUtf8Coder.of().decode(in), time);
      default -> throw new CoderException("unknown kind of buffer entry: " + kind);
    };
  }

  @Override
  public List<? extends Coder<?>> getCoderArguments() {
    return List.of(events);
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    events.verifyDeterministic();
  }
}
