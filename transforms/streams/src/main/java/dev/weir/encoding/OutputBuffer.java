package dev.weir.encoding;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing buffer of bytes, for one thread. Unlike {@link java.io.ByteArrayOutputStream} it takes
 * no lock for each write.
 */
public final class OutputBuffer extends OutputStream {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The largest array that every JVM can allocate. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int size;

  /**
   * @param capacity the number of bytes that fit without growing, above 0
   */
  public OutputBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  @Override
  public void write(int next) {
    ensure(1);
    bytes[size++] = (byte) next;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, from.length);
    ensure(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  /** Writes eight bytes, the highest first. */
  public void writeLong(long value) {
    ensure(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /**
   * Writes a text that JSON strings contain as it is: printable ASCII without quotation marks and
   * backslashes.
   *
   * @return false if the text has other characters; nothing is written then
   */
  boolean writePlain(String text) {
    int length = text.length();
    ensure(length);
    byte[] to = bytes;
    int from = size;
    for (int i = 0; i < length; i++) {
      char next = text.charAt(i);
      if (next < ' ' || next > '~' || next == '"' || next == '\\') {
        return false;
      }
      to[from + i] = (byte) next;
    }
    size = from + length;
    return true;
  }

  /** Returns the number of bytes. */
  public int size() {
    return size;
  }

  /** Removes all bytes and keeps the capacity. */
  public void reset() {
    size = 0;
  }

  /** Removes the bytes after the first ones. */
  void truncate(int first) {
    size = Objects.checkIndex(first, size + 1);
  }

  /** Writes all bytes in one go. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** Returns a copy of all bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(2L * bytes.length, MOST)));
    }
  }
}
