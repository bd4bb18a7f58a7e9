package dev.weir.sessionservice;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Reads one segment of a path. */
final class Segment {

  private Segment() {}

  /**
   * Decodes percent-encoded UTF-8. Stricter than the router, which replaces bytes that are not
   * UTF-8 and would look up another session.
   *
   * @return empty if the segment is malformed
   */
  static Optional<String> decode(String segment) {
    ByteBuffer bytes = ByteBuffer.allocate(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c > 0x7e || c < 0x21) {
        return Optional.empty();
      }
      if (c != '%') {
        bytes.put((byte) c);
      } else if (i + 2 < segment.length()
          && HexFormat.isHexDigit(segment.charAt(i + 1))
          && HexFormat.isHexDigit(segment.charAt(i + 2))) {
        bytes.put((byte) HexFormat.fromHexDigits(segment, i + 1, i + 3));
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    try {
      // Unlike the constructor of String, a new decoder reports malformed input.
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
