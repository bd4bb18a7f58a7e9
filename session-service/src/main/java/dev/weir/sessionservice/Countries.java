package dev.weir.sessionservice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * The country a session came from: a pure function of the session's id, the same on every machine,
 * so that a generator of sessions knows what the service will answer.
 */
public final class Countries {

  /** All countries, as ISO 3166-1 alpha-2 codes. */
  public static final List<String> ALL =
      List.of("UY", "AR", "BR", "CL", "PY", "BO", "PE", "MX", "ES", "US");

  /** One in this many sessions is unknown. */
  public static final int UNKNOWN_ONE_IN = 20;

  private Countries() {}

  /**
   * Finds a session's country. It depends only on the characters of the id: let n be the first
   * eight bytes of the SHA-256 of the id in UTF-8, as an unsigned number. The session is unknown if
   * n modulo {@value #UNKNOWN_ONE_IN} is 0; otherwise the quotient modulo ten is the index in
   * {@link #ALL}.
   *
   * @param sessionId any text; its format is not checked
   * @return empty if there is no such session
   */
  public static Optional<String> of(String sessionId) {
    long n = ByteBuffer.wrap(sha256(sessionId)).getLong();
    if (Long.remainderUnsigned(n, UNKNOWN_ONE_IN) == 0) {
      return Optional.empty();
    }
    long quotient = Long.divideUnsigned(n, UNKNOWN_ONE_IN);
    return Optional.of(ALL.get((int) (quotient % ALL.size())));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
