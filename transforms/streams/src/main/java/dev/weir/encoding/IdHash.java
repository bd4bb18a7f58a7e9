package dev.weir.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first 64 bits of the SHA-256 hash of a record's id, which determine the record's page at each
 * level. Ids come from outside; with a weaker hash, somebody could send ids that all end in one
 * page.
 */
public record IdHash(long bits) {

  /** The number of parts in a hash. */
  public static final int PARTS = 16;

  public static IdHash of(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  static IdHash of(byte[] bytes, int from, int length) {
    return new IdHash(ByteBuffer.wrap(Sha256.of(bytes, from, length)).getLong());
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
