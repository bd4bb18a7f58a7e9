package dev.weir.files;

import dev.weir.progress.PartMeter;
import dev.weir.progress.ReadMeter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileSystems;

/**
 * Opens a file for reading, and decompresses it if its name has a compression suffix. Bytes that
 * the compression format does not allow cause a {@link DamagedInput}; any other exception means
 * that the file could not be read.
 */
final class InputFile {
  private static final int BYTE_ORDER_MARK = 0xEF;

  private InputFile() {}

  /**
   * @param name as {@link FilePattern} returns it
   */
  static InputStream open(String name) throws IOException {
    return open(name, ReadMeter.unwatched().begin(name));
  }

  /**
   * @param meter reports the bytes of the file, not those that they decompress to
   */
  static InputStream open(String name, PartMeter meter) throws IOException {
    InputStream in =
        new Metered(
            Channels.newInputStream(FileSystems.open(FileSystems.matchNewResource(name, false))),
            meter);
    try {
      return decompressed(name, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream decompressed(String name, InputStream in) throws IOException {
    Compression compression = Compression.detect(name);
    return switch (compression) {
      case UNCOMPRESSED -> in;
      case GZIP -> gzip(in);
      // Java's reader takes a damaged entry for the end of the archive.
      case ZIP -> new Refused(in, "zip archives are not supported: unpack the file");
      default -> new OtherCompression(name, compression, in);
    };
  }

  /**
   * Checks the first byte: a proxy or a storage service may have decompressed the file without
   * renaming it.
   */
  private static InputStream gzip(InputStream in) throws IOException {
    PushbackInputStream first = new PushbackInputStream(in);
    int next = first.read();
    if (next < 0) {
      return first;
    }
    first.unread(next);
    boolean text = next >= ' ' && next < 0x7F || next == '\n' || next == '\r' || next == '\t';
    return text || next == BYTE_ORDER_MARK ? first : new GzipInput(first);
  }

  /** Reports bytes once the reader asks for those after them: they are processed then. */
  private static final class Metered extends InputStream {
    private final InputStream in;
    private final PartMeter meter;
    private long offset;

    Metered(InputStream in, PartMeter meter) {
      this.in = in;
      this.meter = meter;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      meter.reached(offset);
      int read = in.read(into, from, length);
      offset += Math.max(0, read);
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Reports damage at the first byte. */
  private static final class Refused extends InputStream {
    private final InputStream in;
    private final String why;

    Refused(InputStream in, String why) {
      this.in = in;
      this.why = why;
    }

    @Override
    public int read() throws IOException {
      throw new DamagedInput(why, false);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return read();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Decompresses with the library that Beam uses for the format. */
  private static final class OtherCompression extends InputStream {
    /**
     * Maximum number of bytes lost if a library discards what it has decompressed when it throws.
     */
    private static final int PIECE = 256;

    private final InputStream raw;
    private final InputStream in;
    private DamagedInput damage;

    OtherCompression(String name, Compression compression, InputStream raw) throws IOException {
      this.raw = raw;
      InputStream opened = null;
      try {
        opened =
            Channels.newInputStream(
                compression.readDecompressed(
                    Channels.newChannel(new Unchecked(new BufferedInputStream(raw)))));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (IOException | RuntimeException e) {
        damage = damaged();
      } catch (LinkageError e) {
        throw new IOException(name + " cannot be read: its compression is not supported", e);
      }
      in = opened;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (damage != null) {
        throw damage;
      }
      try {
        return in.read(into, offset, Math.min(length, PIECE));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (IOException | RuntimeException e) {
        damage = damaged();
        throw damage;
      }
    }

    private static DamagedInput damaged() {
      return new DamagedInput("the compressed file is damaged from here on", false);
    }

    @Override
    public void close() throws IOException {
      raw.close();
    }
  }

  /** Distinguishes a file that could not be read from a damaged one. */
  private static final class Unchecked extends InputStream {
    private final InputStream in;

    Unchecked(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      try {
        return in.read(into, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
