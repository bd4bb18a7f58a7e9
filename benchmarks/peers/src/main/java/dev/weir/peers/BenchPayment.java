package dev.weir.peers;

import java.time.Duration;
import java.time.Instant;

/**
 * One generated payment of an account; the same arguments always give the same payment.
 *
 * @param account one of the given number of accounts, all equally likely
 * @param cents from 1 to 1,000,000
 * @param ts event time in milliseconds since the epoch, UTC: up to {@link #DISORDER} before or
 *     after that of the payments around it
 */
public record BenchPayment(String account, long cents, long ts) {
  /** The maximum by which a payment may be older than an earlier one. */
  public static final Duration DISORDER = Duration.ofSeconds(5);

  /** The earliest possible time of a payment, in milliseconds since the epoch. */
  public static final long FIRST = Instant.parse("2025-01-01T00:00:00Z").toEpochMilli();

  /**
   * Returns payment {@code n}.
   *
   * @param accounts number of accounts
   * @param micros average microseconds between one payment and the next
   */
  public static BenchPayment of(long seed, long n, long accounts, long micros) {
    BenchRow.Bits bits = new BenchRow.Bits(seed, n);
    return new BenchPayment(
        "ACC" + (100_000 + Math.floorMod(bits.next(), accounts)),
        1 + Math.floorMod(bits.next(), 1_000_000),
        base(n, micros) + Math.floorMod(bits.next(), DISORDER.toMillis()));
  }

  /** Returns the earliest possible time of payment {@code n} and all later ones. */
  public static long base(long n, long micros) {
    return FIRST + n * micros / 1000;
  }
}
