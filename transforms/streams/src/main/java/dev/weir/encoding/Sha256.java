package dev.weir.encoding;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, for hashes of what comes from outside: nobody can make two inputs with one hash. */
public final class Sha256 {
  /** Reused by each thread: to look the algorithm up takes longer than to hash an id. */
  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });

  private Sha256() {}

  /** Returns the 32 bytes of the hash. */
  public static byte[] of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** Returns the 32 bytes of the hash of a part of the bytes. */
  public static byte[] of(byte[] bytes, int from, int length) {
    MessageDigest digest = DIGEST.get();
    digest.update(bytes, from, length);
    return digest.digest();
  }
}
