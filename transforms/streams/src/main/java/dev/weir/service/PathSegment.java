package dev.weir.service;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A name as one segment of the path of a URL. Whatever the name holds, it stays one segment: no
 * name reaches anything but what lies directly below the address it is resolved against.
 */
public final class PathSegment {
  /** Servers may refuse longer ones, and some just hang up. */
  private static final int LONGEST = 2_000;

  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private final String encoded;

  private PathSegment(String encoded) {
    this.encoded = encoded;
  }

  /**
   * Encodes a name as percent-encoded UTF-8.
   *
   * @return empty where no segment can name it: for the empty name, {@code .} and {@code ..}, which
   *     mean another place also where they are encoded, for a text that UTF-8 cannot hold, and
   *     where the segment would be longer than servers take
   */
  public static Optional<PathSegment> of(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > LONGEST) {
      return Optional.empty();
    }
    ByteBuffer bytes;
    try {
      // An encoder of this kind reports half a character; getBytes would make it a question mark.
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    StringBuilder segment = new StringBuilder(bytes.remaining() + 16);
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (isUnreserved(next)) {
        segment.append((char) next);
      } else {
        segment.append('%').append(HEX.charAt(next >> 4 & 15)).append(HEX.charAt(next & 15));
      }
    }
    return segment.length() > LONGEST
        ? Optional.empty()
        : Optional.of(new PathSegment(segment.toString()));
  }

  /** As it stands in a URL. */
  String encoded() {
    return encoded;
  }

  /** By RFC 3986, 2.3: what means the same everywhere in a URL, encoded or not. */
  private static boolean isUnreserved(byte c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || UNRESERVED.indexOf(c) >= 0;
  }
}
