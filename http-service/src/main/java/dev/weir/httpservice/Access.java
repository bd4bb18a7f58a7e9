package dev.weir.httpservice;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who may ask questions: clients with the bearer token, or everybody. Keeps a digest of the token
 * and never prints it.
 */
public final class Access {

  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");
  private static final String SCHEME = "bearer ";
  private static final Access OPEN = new Access(null);

  /**
   * The SHA-256 of the token: it has a fixed length, so that a comparison does not reveal the
   * length of the token.
   */
  private final byte[] digest;

  private Access(byte[] digest) {
    this.digest = digest;
  }

  /** Admits every client. */
  public static Access open() {
    return OPEN;
  }

  /**
   * Admits clients that send {@code Authorization: Bearer} and this token.
   *
   * @throws IllegalArgumentException if the token does not fit in a header: it must be one or more
   *     visible ASCII characters without a space
   */
  public static Access byToken(String token) {
    if (!VISIBLE_ASCII.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token must consist of visible ASCII characters without spaces");
    }
    return new Access(sha256(token));
  }

  /** Returns whether every client is admitted. */
  public boolean isOpen() {
    return digest == null;
  }

  /**
   * Returns whether a client may ask; takes the same time for every wrong token.
   *
   * @param authorization the header's value; null if there is none
   */
  boolean admits(String authorization) {
    if (digest == null) {
      return true;
    }
    if (authorization == null
        || authorization.length() < SCHEME.length()
        || !authorization.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)) {
      return false;
    }
    return MessageDigest.isEqual(digest, sha256(authorization.substring(SCHEME.length()).strip()));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return digest == null ? "open" : "by token";
  }
}
