package dev.weir.benchmarks;

import dev.weir.money.Stream;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of events that each side maps into memory, so that neither pays for generating them.
 * Events are read in blocks, which stand for the batches of a broker.
 */
final class MoneyFile {
  static final int EVENTS_IN_A_BLOCK = 500;
  private static final Stream[] STREAMS = Stream.values();

  private static MoneyFile opened;

  private final ByteBuffer bytes;
  private final int[] blocks;

  /**
   * Receives the events.
   *
   * @param <X> exception that it may throw
   */
  @FunctionalInterface
  interface Reader<X extends Exception> {
    /**
     * @param position the position of the event in the whole file
     */
    void read(Stream stream, long position, byte[] json) throws X;
  }

  private MoneyFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
    }
    int[] starts = new int[1024];
    int n = 0;
    int at = 0;
    for (long event = 0; at < bytes.limit(); event++) {
      if (event % EVENTS_IN_A_BLOCK == 0) {
        starts = n == starts.length ? Arrays.copyOf(starts, 2 * n) : starts;
        starts[n++] = at;
      }
      at += 5 + bytes.getInt(at + 1);
    }
    blocks = Arrays.copyOf(starts, n);
  }

  static void write(Path file, MoneyLines lines, long count) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (long n = 0; n < count; n++) {
        MoneyLines.Line line = lines.get(n);
        out.writeByte(line.stream().ordinal());
        out.writeInt(line.json().length);
        out.write(line.json());
      }
    }
  }

  /** Maps the file once per process. */
  static synchronized MoneyFile open(String file) {
    try {
      if (opened == null) {
        opened = new MoneyFile(Path.of(file));
      }
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int blocks() {
    return blocks.length;
  }

  <X extends Exception> void read(long block, Reader<X> reader) throws X {
    int n = Math.toIntExact(block);
    int at = blocks[n];
    int end = n + 1 < blocks.length ? blocks[n + 1] : bytes.limit();
    for (long event = block * EVENTS_IN_A_BLOCK; at < end; event++) {
      Stream stream = STREAMS[bytes.get(at)];
      byte[] json = new byte[bytes.getInt(at + 1)];
      bytes.get(at + 5, json);
      reader.read(stream, event, json);
      at += 5 + json.length;
    }
  }
}
