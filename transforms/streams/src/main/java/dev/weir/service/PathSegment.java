package dev.weir.service;

import com.google.api.client.util.escape.PercentEscaper;
import java.util.Optional;

/**
 * A name as one segment of a URL's path. Whatever the name contains, it stays one segment and can
 * address only what lies directly below the address it is resolved against.
 */
public final class PathSegment {
  /** Servers may reject longer segments, and some just close the connection. */
  private static final int LONGEST = 2_000;

  /**
   * Keeps only the characters that RFC 3986, 2.3 calls unreserved: they mean the same encoded or
   * not.
   */
  private static final PercentEscaper ESCAPER = new PercentEscaper("-._~");

  private final String encoded;

  private PathSegment(String encoded) {
    this.encoded = encoded;
  }

  /**
   * Encodes a name as percent-encoded UTF-8.
   *
   * @return empty if no segment can represent the name: if it is empty, {@code .} or {@code ..},
   *     which mean another place even if encoded; if it contains half a surrogate pair; or if the
   *     segment would be longer than servers accept
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

  /** The segment as it appears in a URL. */
  public String encoded() {
    return encoded;
  }
}
