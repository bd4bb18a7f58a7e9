package dev.weir.peers;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One generated card payment; the same arguments always give the same row.
 *
 * @param id the key
 * @param account 20 characters, practically unique
 * @param merchant one of 1,000
 * @param amount from 0.01 to 10,000.00, scale 2
 * @param currency one of three
 * @param note 40 characters that do not compress well
 * @param ts milliseconds since the epoch, UTC; derived from the id, so the two together also form a
 *     key
 */
public record BenchRow(
    long id,
    String account,
    String merchant,
    BigDecimal amount,
    String currency,
    String note,
    long ts) {
  private static final long FIRST_DAY = Instant.parse("2025-01-01T00:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final List<String> CURRENCIES = List.of("EUR", "GBP", "USD");
  private static final List<String> MERCHANTS =
      IntStream.range(0, 1_000)
          .mapToObj(i -> String.format(Locale.ROOT, "merchant-%04d", i))
          .toList();
  private static final byte[] LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);

  /**
   * Returns row {@code n} with the id {@code n}.
   *
   * @param days number of days; any run of that many rows covers that many days; at least 1
   */
  public static BenchRow unique(long seed, long n, int days) {
    return row(seed, n, n, days);
  }

  /**
   * Returns row {@code n}, whose id may also belong to earlier or later rows.
   *
   * @param keys number of ids; each row has any of them, all equally likely
   * @param days number of days that the ids are spread over, at least 1
   */
  public static BenchRow repeating(long seed, long n, long keys, int days) {
    return row(seed, n, Math.floorMod(new Bits(~seed, n).next(), keys), days);
  }

  private static BenchRow row(long seed, long n, long id, int days) {
    Bits ofId = new Bits(seed, id);
    Bits ofRow = new Bits(seed, ~n);
    return new BenchRow(
        id,
        ofId.text(20),
        MERCHANTS.get(Math.floorMod(ofRow.next(), MERCHANTS.size())),
        BigDecimal.valueOf(1 + Math.floorMod(ofRow.next(), 1_000_000), 2),
        CURRENCIES.get(Math.floorMod(ofRow.next(), CURRENCIES.size())),
        ofRow.text(40),
        FIRST_DAY + Math.floorMod(id, days) * DAY + Math.floorMod(ofId.next(), DAY));
  }

  /** <a href="https://doi.org/10.1145/2714064.2660195">SplitMix64</a>, without the JDK's class. */
  static final class Bits {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    Bits(long seed, long number) {
      state = mix(mix(seed) + GAMMA * number);
    }

    long next() {
      state += GAMMA;
      return mix(state);
    }

    String text(int length) {
      byte[] text = new byte[length];
      long bits = 0;
      for (int i = 0; i < length; i++) {
        bits = i % 10 == 0 ? next() : bits >>> 6;
        text[i] = LETTERS[(int) bits & 63];
      }
      return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static long mix(long z) {
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
