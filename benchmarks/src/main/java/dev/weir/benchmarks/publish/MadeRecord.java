package dev.weir.benchmarks.publish;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Generates the records that all sides publish: a key of 16 characters and a value that begins with
 * the time when it was created.
 */
final class MadeRecord {
  static final int RECORDS_IN_A_BLOCK = 1_000;

  private static final byte[] FILLING = new byte[1 << 16];

  static {
    new Random(1).nextBytes(FILLING);
  }

  private MadeRecord() {}

  /** Returns a key that no other number has. */
  static String key(long number) {
    char[] key = new char[16];
    // A bijection that spreads consecutive numbers over the partitions.
    long rest = number * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < key.length; i++) {
      key[i] = Character.forDigit((int) (rest >>> (60 - 4 * i)) & 15, 16);
    }
    return new String(key);
  }

  /**
   * @param size bytes of the value
   */
  static byte[] value(long number, int size) {
    byte[] value = new byte[size];
    int from = (int) Math.floorMod(number * 31, (long) FILLING.length - size);
    System.arraycopy(FILLING, from, value, 0, size);
    ByteBuffer.wrap(value).putLong(0, System.currentTimeMillis());
    return value;
  }

  /** Returns when a value was created, in milliseconds since the epoch. */
  static long createdAt(byte[] value) {
    return ByteBuffer.wrap(value).getLong(0);
  }
}
