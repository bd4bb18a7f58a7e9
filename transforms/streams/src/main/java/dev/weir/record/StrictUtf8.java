package dev.weir.record;

/**
 * Checks that bytes are UTF-8 before they become text. Java's own decoders replace invalid bytes,
 * so that two different ids can become one; some parsers accept overlong forms, which are a second
 * spelling of the same text.
 */
public final class StrictUtf8 {
  private static final int ASCII = 0x80;
  private static final int CONTINUATION_MASK = 0xC0;

  private StrictUtf8() {}

  /**
   * Checks bytes without allocating. Rejects overlong forms, surrogates, code points above U+10FFFF
   * and truncated sequences. A byte order mark and U+FFFD are valid text.
   *
   * @param from the first byte
   * @param to the byte after the last one
   * @return whether the bytes are UTF-8 as RFC 3629 defines it
   */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int next = from;
    while (next < to) {
      if (bytes[next] >= 0) {
        next++;
        continue;
      }
      int length = sequence(bytes, next, to);
      if (length == 0) {
        return false;
      }
      next += length;
    }
    return true;
  }

  /** The length of the non-ASCII sequence that starts here; 0 if it is invalid. */
  private static int sequence(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > to) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : ASCII;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & CONTINUATION_MASK) != ASCII) {
        return 0;
      }
    }
    return length;
  }
}
