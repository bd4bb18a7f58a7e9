package dev.weir.service;

import com.google.api.client.util.escape.PercentEscaper;
import java.util.Optional;

/**
 * A name as one segment of the path of a URL. Whatever the name contains, it stays one segment: it
 * reaches nothing but what lies directly below the address it is resolved against.
 */
public final class PathSegment {
  /** Servers may refuse longer ones, and some just close the connection. */
  private static final int LONGEST = 2_000;

  /** Leaves only what RFC 3986, 2.3 calls unreserved: it means the same encoded or not. */
  private static final PercentEscaper ESCAPER = new PercentEscaper("-._~");

  private final String encoded;

  private PathSegment(String encoded) {
    this.encoded = encoded;
  }

  /**
   * Encodes a name as percent-encoded UTF-8.
   *
   * @return empty if no segment can name it: for the empty name, for {@code .} and {@code ..},
   *     which mean another place even if encoded, for half a surrogate pair, and if the segment
   *     would be longer than servers accept
   */
  public static Optional<PathSegment> of(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      String segment = ESCAPER.escape(name);
      return segment.length() > LONGEST ? Optional.empty() : Optional.of(new PathSegment(segment));
    } catch (IllegalArgumentException e) {
      // Half a surrogate pair, which UTF-8 cannot encode.
      return Optional.empty();
    }
  }

  /** As it stands in a URL. */
  String encoded() {
    return encoded;
  }
}
