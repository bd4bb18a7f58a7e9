package dev.weir.spend;

import com.google.common.io.ByteStreams;
import dev.weir.encoding.OutputBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;

/**
 * Encodes changes on their way to the account as the number of longs and the longs. They are never
 * in keyed state, so that the bytes need no schema.
 */
final class AccountChangesCoder extends CustomCoder<AccountChanges> {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_CAPACITY = 1 << 9;

  @Override
  public void encode(AccountChanges changes, OutputStream out) throws IOException {
    OutputBuffer longs = new OutputBuffer(FIRST_CAPACITY);
    longs.writeLong(changes.changes());
    longs.writeLong(changes.revision());
    longs.writeLong(changes.panes().size());
    for (PaneChanges pane : changes.panes()) {
      longs.writeLong(pane.pane());
      longs.writeLong(pane.changes());
      longs.writeLong(pane.retracted());
      write(pane.added(), longs);
      write(pane.others().cents(), longs);
      write(pane.others().counts(), longs);
    }
    OutputBuffer length = new OutputBuffer(Integer.BYTES + 1);
    VarInt.encode(longs.size(), length);
    // In two goes: Flink's streams are slow if a coder writes single bytes.
    length.writeTo(out);
    longs.writeTo(out);
  }

  private static void write(long[] array, OutputBuffer longs) {
    longs.writeLong(array.length);
    for (long value : array) {
      longs.writeLong(value);
    }
  }

  @Override
  public AccountChanges decode(InputStream in) throws IOException {
    byte[] bytes = new byte[VarInt.decodeInt(in)];
    ByteStreams.readFully(in, bytes);
    ByteBuffer longs = ByteBuffer.wrap(bytes);
    int changes = (int) longs.getLong();
    long revision = longs.getLong();
    int count = (int) longs.getLong();
    List<PaneChanges> panes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long pane = longs.getLong();
      int ofPane = (int) longs.getLong();
      long retracted = longs.getLong();
      long[] added = read(longs);
      Amounts others = new Amounts(read(longs), read(longs));
      panes.add(new PaneChanges(pane, added, others, ofPane, retracted));
    }
    return new AccountChanges(panes, changes, revision);
  }

  private static long[] read(ByteBuffer longs) {
    long[] array = new long[(int) longs.getLong()];
    for (int i = 0; i < array.length; i++) {
      array[i] = longs.getLong();
    }
    return array;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AccountChangesCoder;
  }

  @Override
  public int hashCode() {
    return AccountChangesCoder.class.hashCode();
  }
}
