package dev.weir.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream into lines and holds at most the limit of each in memory. A line that {@link
 * DamagedInput} cuts off is not a line.
 */
final class LineScanner {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private byte[] line = new byte[0];
  private boolean tooLong;
  private DamagedInput damage;

  /**
   * @param limit size of the longest line that is kept, in bytes
   */
  LineScanner(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Moves to the next line. The last one may lack its line break.
   *
   * @return false at the end or at the damage
   */
  boolean next() throws IOException {
    line = new byte[0];
    tooLong = false;
    boolean any = false;
    while (from < to || refill()) {
      any = true;
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      append(end);
      if (end < to) {
        from = end + 1;
        return true;
      }
      from = to;
    }
    return any && (damage == null || damage.isComplete());
  }

  /** The current line without its line break; truncated if it {@link #isTooLong}. */
  byte[] line() {
    return line;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** The damage that ended the stream; null if none was found so far. */
  DamagedInput damage() {
    return damage;
  }

  private void append(int end) {
    int more = end - from;
    if (line.length + more > limit) {
      tooLong = true;
    } else if (more > 0) {
      int length = line.length;
      line = Arrays.copyOf(line, length + more);
      System.arraycopy(buffer, from, line, length, more);
    }
  }

  private boolean refill() throws IOException {
    from = 0;
    to = 0;
    if (damage == null) {
      try {
        to = Math.max(0, in.read(buffer));
      } catch (DamagedInput e) {
        damage = e;
      }
    }
    return to > 0;
  }
}
