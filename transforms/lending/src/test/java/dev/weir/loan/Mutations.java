package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Applications with random damage to their bytes; the seed determines the series. */
final class Mutations {
  private static final List<String> TOKENS =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"KNOWN\"",
          "-1",
          "0",
          "1e400",
          "1e-400",
          "NaN",
          "{",
          "}",
          "[",
          "\"",
          "\\",
          "\\u0000",
          "\\ud83d",
          ",",
          ":",
          "\n",
          "\r",
          "\t",
          " ",
          "\uFEFF",
          "9".repeat(40),
          "1e2147483648",
          "request_id",
          "\"ts\":",
          "+999999999-12-31T23:59:59Z",
          "-999999999-01-01T00:00:00Z",
          "2026-01-05T12:00:00.123456789Z",
          "T24:00:00Z",
          "😀");
  private static final int[] BYTES = {0x00, 0x01, 0x7F, 0x80, 0xC0, 0xC3, 0xEF, 0xFE, 0xFF};

  private final Random random;
  private long line;

  Mutations(long seed) {
    random = new Random(seed);
  }

  RawRecord next() {
    Encoding encoding = random.nextBoolean() ? Encoding.AVRO : Encoding.JSON;
    Applications application = original();
    byte[] bytes =
        encoding == Encoding.AVRO
            ? application.avro()
            : application.json().getBytes(StandardCharsets.UTF_8);
    for (int times = random.nextInt(4); times > 0; times--) {
      bytes = mutate(bytes, encoding);
    }
    return new RawRecord(bytes, encoding, Origin.ofFile("mutated", ++line));
  }

  private Applications original() {
    return anApplication()
        .id("r" + random.nextInt(1000))
        .type(random.nextBoolean() ? "KNOWN" : "UNKNOWN")
        .amount(random.nextInt(100_000_000) + "." + random.nextInt(100));
  }

  private byte[] mutate(byte[] bytes, Encoding encoding) {
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    return switch (random.nextInt(8)) {
      case 0 -> flip(bytes, at);
      case 1 -> splice(bytes, at, 0, (byte) random.nextInt(256));
      case 2 -> splice(bytes, at, Math.min(bytes.length - at, 1 + random.nextInt(8)));
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> splice(bytes, at, 0, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      case 5 -> splice(bytes, at, 0, varint());
      case 6 -> splice(bytes, at, Math.min(bytes.length - at, 1), strangeByte());
      default ->
          encoding == Encoding.JSON
              ? splice(bytes, at, random.nextInt(Math.min(bytes.length - at, 12) + 1), token())
              : splice(bytes, at, Math.min(bytes.length - at, 1), varint());
    };
  }

  private byte[] flip(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[at] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte strangeByte() {
    return (byte) BYTES[random.nextInt(BYTES.length)];
  }

  private byte[] token() {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** A length as Avro writes it, of any size and sign. */
  private byte[] varint() {
    long rest = random.nextLong() >>> random.nextInt(64);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
      out.write((int) ((rest & 0x7F) | 0x80));
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] splice(byte[] bytes, int at, int remove, byte... insert) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(insert);
    out.write(bytes, at + remove, bytes.length - at - remove);
    return out.toByteArray();
  }
}
