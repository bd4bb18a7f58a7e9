package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random damage to the bytes of a record; the seed determines the series. */
public final class Mutation {
  private static final List<String> TOKENS =
      List.of("null", "[]", "{}", "\"\"", "-1", "1e400", "NaN", "{", "}", "\"", "\\", "\\ud83d");

  private final Random random;

  public Mutation(Random random) {
    this.random = random;
  }

  /** Returns the bytes with up to three mutations. */
  public byte[] of(byte[] bytes) {
    byte[] mutated = bytes;
    for (int times = random.nextInt(4); times > 0; times--) {
      mutated = mutate(mutated);
    }
    return mutated;
  }

  private byte[] mutate(byte[] bytes) {
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int rest = bytes.length - at;
    return switch (random.nextInt(7)) {
      case 0 -> splice(bytes, at, Math.min(rest, 1), (byte) random.nextInt(256));
      case 1 -> splice(bytes, at, 0, (byte) random.nextInt(256));
      case 2 -> splice(bytes, at, Math.min(rest, 1 + random.nextInt(8)));
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> splice(bytes, at, 0, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      case 5 -> splice(bytes, at, random.nextInt(Math.min(rest, 12) + 1), token());
      // The encoding of a length in Avro, and a huge one.
      default -> splice(bytes, at, Math.min(rest, 1), (byte) 0xFE, (byte) 0xFF, (byte) 0x7F);
    };
  }

  private byte[] token() {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8);
  }

  private static byte[] splice(byte[] bytes, int at, int remove, byte... insert) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(insert);
    out.write(bytes, at + remove, bytes.length - at - remove);
    return out.toByteArray();
  }
}
