package dev.weir.iceberg.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The first 128 bits of the SHA-256 hash of a primary key. Two keys with the same hash would lose a
 * row, so the hash is one for which nobody can make such keys.
 */
record KeyHash(long high, long low) {

  /** Reused by each thread: to look the algorithm up takes longer than to hash a key. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });

  /**
   * @param salt keys with different salts have different hashes
   * @param values the values of the key's columns, in Iceberg's in-memory form
   */
  static KeyHash of(int salt, Object[] values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(salt);
      for (Object value : values) {
        write(out, value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer hash = ByteBuffer.wrap(SHA_256.get().digest(bytes.toByteArray()));
    return new KeyHash(hash.getLong(), hash.getLong());
  }

  /** The values of a column have one type, so values of different types need not differ. */
  private static void write(DataOutputStream out, Object value) throws IOException {
    if (value == null) {
      out.writeByte(0);
      return;
    }
    out.writeByte(1);
    if (value instanceof CharSequence text) {
      writeBytes(out, text.toString().getBytes(UTF_8));
    } else if (value instanceof Long || value instanceof Integer) {
      out.writeLong(((Number) value).longValue());
    } else if (value instanceof UUID id) {
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
    } else if (value instanceof ByteBuffer binary) {
      byte[] copy = new byte[binary.remaining()];
      binary.duplicate().get(copy);
      writeBytes(out, copy);
    } else if (value instanceof BigDecimal number) {
      out.writeInt(number.scale());
      writeBytes(out, number.unscaledValue().toByteArray());
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else {
      throw new IllegalArgumentException("a key cannot have a value of " + value.getClass());
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
