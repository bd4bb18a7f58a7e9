package dev.weir.peers;

import java.time.Duration;
import java.time.Instant;

/**
 * One made-up payment of an account, the same for everybody who asks for it by the same numbers.
 *
 * @param account one of those there are, all equally likely
 * @param cents from 1 to 1,000,000
 * @param ts its own time, milliseconds since the epoch, UTC: up to {@link #DISORDER} before or
 *     after that of the payments around it
 */
public record BenchPayment(String account, long cents, long ts) {
  /** No later payment is older than this before the beginning of its time. */
  public static final Duration DISORDER = Duration.ofSeconds(5);

  /** When the first one can be. */
  public static final long FIRST = Instant.parse("2025-01-01T00:00:00Z").toEpochMilli();

  /**
   * Payment {@code n}.
   *
   * @param accounts how many there are
   * @param micros between one payment and the next, on the average
   */
  public static BenchPayment of(long seed, long n, long accounts, long micros) {
    BenchRow.Bits bits = new BenchRow.Bits(seed, n);
    return new BenchPayment(
        "ACC" + (100_000 + Math.floorMod(bits.next(), accounts)),
        1 + Math.floorMod(bits.next(), 1_000_000),
        base(n, micros) + Math.floorMod(bits.next(), DISORDER.toMillis()));
  }

  /** The time that payment {@code n} and all that follow it are not before. */
  public static long base(long n, long micros) {
    return FIRST + n * micros / 1000;
  }
}
