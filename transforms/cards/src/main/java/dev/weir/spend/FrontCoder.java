package dev.weir.spend;

import com.google.common.primitives.Longs;
import dev.weir.encoding.SingleObjectCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;

/** Encodes a front as a {@link StoredFront}, which carries its schema. */
final class FrontCoder extends CustomCoder<Front> {
  private static final long serialVersionUID = 1L;

  private final SingleObjectCoder<StoredFront> stored = SingleObjectCoder.of(StoredFront.class);

  @Override
  public void encode(Front front, OutputStream out) throws IOException {
    stored.encode(
        new StoredFront(
            front.through(),
            front.lastPast(),
            Longs.asList(front.upcoming()),
            front.sweepAt(),
            front.armed(),
            front.revision()),
        out);
  }

  @Override
  public Front decode(InputStream in) throws IOException {
    StoredFront read = stored.decode(in);
    return new Front(
        read.getThrough(),
        read.getLastPast(),
        Longs.toArray(read.getUpcoming()),
        read.getSweepAt(),
        read.getArmed(),
        read.getRevision());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FrontCoder;
  }

  @Override
  public int hashCode() {
    return FrontCoder.class.hashCode();
  }
}
