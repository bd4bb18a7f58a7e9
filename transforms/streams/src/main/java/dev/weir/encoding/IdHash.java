package dev.weir.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 64 bits of the SHA-256 hash of a record's id, which determine the record's page at each
 * level. Ids come from outside; with a weaker hash, somebody could send ids that all end in one
 * page.
 */
public record IdHash(long bits) {

  /** The number of parts in a hash. */
  public static final int PARTS = 16;

  /** Reused by each thread: to look the algorithm up takes longer than to hash an id. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });

  public static IdHash of(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  static IdHash of(byte[] bytes, int from, int length) {
    MessageDigest digest = SHA_256.get();
    digest.update(bytes, from, length);
    return new IdHash(ByteBuffer.wrap(digest.digest()).getLong());
  }

  /**
   * Returns a part of the hash, from 0 to 15.
   *
   * @param level from 0 to {@link #PARTS} - 1
   */
  public int part(int level) {
    return (int) (bits >>> (4 * level)) & 15;
  }
}
