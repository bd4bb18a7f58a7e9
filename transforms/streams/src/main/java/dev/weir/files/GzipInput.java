package dev.weir.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952) with any number of members, and returns every byte that can be read
 * before it throws {@link DamagedInput}. Java's own stream ignores bytes after the last member and
 * may ignore further members; other implementations discard what they decompressed just before the
 * damage. A member with a wrong checksum or size does not end the stream: it is reported after the
 * last member.
 */
final class GzipInput extends InputStream {
  static final int MAGIC_1 = 0x1F;
  static final int MAGIC_2 = 0x8B;
  private static final int DEFLATE = 8;

  /** Header flags. */
  private static final int HAS_CHECKSUM = 2;

  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xE0;

  /** Header bytes that are ignored here: the time, extra flags and the operating system. */
  private static final int TIME_TO_SYSTEM = 6;

  private static final long INT = 0xFFFFFFFFL;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private boolean inMember;
  private boolean afterMember;
  private boolean wrongChecksum;
  private DamagedInput damage;

  /**
   * @param in its exceptions are not damage and pass through
   */
  GzipInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (damage != null) {
      throw damage;
    }
    while (inMember || beginMember()) {
      int read = inflate(into, offset, length);
      if (read > 0) {
        checksum.update(into, offset, read);
        return read;
      }
      endMember();
    }
    if (wrongChecksum) {
      throw damaged("the checksum of the compressed file is wrong", true);
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }

  /**
   * @return false at the end of the file
   */
  private boolean beginMember() throws IOException {
    int first = nextByte();
    if (first < 0) {
      return false;
    }
    if (first != MAGIC_1 || nextByte() != MAGIC_2) {
      throw afterMember
          ? damaged("bytes follow the end of the compressed file", true)
          : damaged("the file is not gzip", false);
    }
    CRC32 header = checksum;
    header.reset();
    header.update(MAGIC_1);
    header.update(MAGIC_2);
    int method = headerByte();
    int flags = headerByte();
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw damaged("a header of the compressed file is damaged", false);
    }
    skip(TIME_TO_SYSTEM);
    if ((flags & HAS_EXTRA) != 0) {
      skip(headerByte() | headerByte() << 8);
    }
    for (int texts = Integer.bitCount(flags & (HAS_NAME | HAS_COMMENT)); texts > 0; ) {
      texts -= headerByte() == 0 ? 1 : 0;
    }
    if ((flags & HAS_CHECKSUM) != 0) {
      int sum = (int) (header.getValue() & 0xFFFF);
      wrongChecksum |= (headerByte() | headerByte() << 8) != sum;
    }
    checksum.reset();
    inflater.reset();
    inMember = true;
    return true;
  }

  /**
   * @return 0 at the end of the member
   */
  private int inflate(byte[] into, int offset, int length) throws IOException {
    long before = inflater.getBytesWritten();
    try {
      while (!inflater.finished()) {
        int read = inflater.inflate(into, offset, length);
        if (read > 0) {
          return read;
        }
        if (inflater.needsDictionary()) {
          throw new DataFormatException();
        }
        if (inflater.needsInput()) {
          if (from == to && !refill()) {
            throw damaged("the compressed file is cut off", false);
          }
          inflater.setInput(buffer, from, to - from);
          from = to;
        }
      }
      from = to - inflater.getRemaining();
      return 0;
    } catch (DataFormatException e) {
      // The bytes decompressed in this call are returned; the next call throws.
      DamagedInput here = damaged("the compressed file is damaged from here on", false);
      int read = (int) (inflater.getBytesWritten() - before);
      if (read == 0) {
        throw here;
      }
      return read;
    }
  }

  private void endMember() throws IOException {
    inMember = false;
    afterMember = true;
    long sum = trailer();
    long size = trailer();
    wrongChecksum |= sum != checksum.getValue() || size != (inflater.getBytesWritten() & INT);
  }

  /** Reads four bytes after the data of a member; the data is complete without them. */
  private long trailer() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      int next = nextByte();
      if (next < 0) {
        throw damaged("the compressed file is cut off in its checksum", true);
      }
      value |= (long) next << shift;
    }
    return value;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      headerByte();
    }
  }

  private int headerByte() throws IOException {
    int next = nextByte();
    if (next < 0) {
      throw damaged("the compressed file is cut off", false);
    }
    checksum.update(next);
    return next;
  }

  private int nextByte() throws IOException {
    return from < to || refill() ? buffer[from++] & 0xFF : -1;
  }

  private boolean refill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private DamagedInput damaged(String message, boolean complete) {
    damage = new DamagedInput(message, complete);
    return damage;
  }
}
