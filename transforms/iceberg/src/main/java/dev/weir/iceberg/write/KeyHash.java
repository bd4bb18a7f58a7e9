package dev.weir.iceberg.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.encoding.OutputBuffer;
import dev.weir.encoding.Sha256;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The first 128 bits of the SHA-256 hash of a primary key. Two keys with the same hash would lose a
 * row, so the hash is one for which nobody can make such keys.
 */
record KeyHash(long high, long low) {

  /**
   * @param salt keys with different salts have different hashes
   * @param values the values of the key's columns, in Iceberg's in-memory form
   */
  static KeyHash of(int salt, Object[] values) {
    OutputBuffer bytes = new OutputBuffer(64);
    bytes.writeLong(salt);
    for (Object value : values) {
      write(bytes, value);
    }
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(bytes.toByteArray()));
    return new KeyHash(hash.getLong(), hash.getLong());
  }

  /** The values of a column have one type, so values of different types need not differ. */
  private static void write(OutputBuffer out, Object value) {
    if (value == null) {
      out.write(0);
      return;
    }
    out.write(1);
    if (value instanceof CharSequence text) {
      write(out, text.toString().getBytes(UTF_8));
    } else if (value instanceof Long || value instanceof Integer) {
      out.writeLong(((Number) value).longValue());
    } else if (value instanceof UUID id) {
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
    } else if (value instanceof ByteBuffer binary) {
      byte[] bytes = new byte[binary.remaining()];
      binary.duplicate().get(bytes);
      write(out, bytes);
    } else if (value instanceof BigDecimal number) {
      byte[] unscaled = number.unscaledValue().toByteArray();
      out.writeLong(number.scale());
      write(out, unscaled);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? 1 : 0);
    } else {
      throw new IllegalArgumentException("a key cannot have a value of " + value.getClass());
    }
  }

  private static void write(OutputBuffer out, byte[] bytes) {
    out.writeLong(bytes.length);
    out.write(bytes, 0, bytes.length);
  }
}
