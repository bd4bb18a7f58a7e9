package dev.weir.httpservice;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a service behaves: its latency and its faults. Immutable; each {@code with} method returns a
 * changed copy and throws {@link IllegalArgumentException} for an invalid value. Applies to the
 * paths that answer questions, never to {@code /health} or {@code /metrics}.
 *
 * @param latency how long an answer takes
 * @param errorRate the share of requests, 0 to 1, answered with 503 after the usual latency
 * @param hangRate the share of requests, 0 to 1, that are never answered
 * @param rateLimit the maximum number of requests admitted in any one second, if there is a limit;
 *     further requests are answered with 429 at once
 * @param outage the period in which every request is answered with 503 at once, if there is one
 * @param seed the seed of the random latencies and faults: the n-th request after a start with the
 *     same behaviour always has the same fate
 * @param refusal the status with which every request is refused at once, if there is one
 */
public record Behaviour(
    LatencyRange latency,
    double errorRate,
    double hangRate,
    OptionalInt rateLimit,
    Optional<Outage> outage,
    long seed,
    OptionalInt refusal) {

  private static final int HIGHEST_RATE_LIMIT = 1_000_000;

  /**
   * A period in which every request is answered with 503.
   *
   * @param from the start (inclusive), as the time since the service started
   * @param to the end (exclusive), as the time since the service started
   */
  public record Outage(Duration from, Duration to) {
    public Outage {
      check(!from.isNegative(), "outage must not begin before the service starts: " + from);
      check(from.compareTo(to) < 0, "outage must end after it begins: " + from + " to " + to);
    }

    boolean covers(Duration sinceStart) {
      return sinceStart.compareTo(from) >= 0 && sinceStart.compareTo(to) < 0;
    }
  }

  public Behaviour {
    Objects.requireNonNull(latency, "latency");
    Objects.requireNonNull(rateLimit, "rateLimit");
    Objects.requireNonNull(outage, "outage");
    checkShare("errorRate", errorRate);
    checkShare("hangRate", hangRate);
    check(errorRate + hangRate <= 1, "errorRate and hangRate must not exceed 1 together");
    rateLimit.ifPresent(
        n ->
            check(
                n >= 1 && n <= HIGHEST_RATE_LIMIT,
                "rateLimit must be between 1 and " + HIGHEST_RATE_LIMIT + ", not " + n));
    refusal.ifPresent(
        status ->
            check(
                status >= 400 && status <= 599,
                "a refusal must have a status from 400 to 599, not " + status));
  }

  /**
   * Returns a behaviour without faults that answers after {@code min} to {@code max}; the seed is
   * 0.
   */
  public static Behaviour taking(Duration min, Duration max) {
    return new Behaviour(
        new LatencyRange(min, max),
        0,
        0,
        OptionalInt.empty(),
        Optional.empty(),
        0,
        OptionalInt.empty());
  }

  /** Answers after a time that is uniform from {@code min} to {@code max}, both included. */
  public Behaviour withLatency(Duration min, Duration max) {
    LatencyRange range = new LatencyRange(min, max);
    return new Behaviour(range, errorRate, hangRate, rateLimit, outage, seed, refusal);
  }

  /** Answers this share of requests with 503. */
  public Behaviour withErrorRate(double share) {
    return new Behaviour(latency, share, hangRate, rateLimit, outage, seed, refusal);
  }

  /** Never answers this share of requests; together with the error rate it is at most 1. */
  public Behaviour withHangRate(double share) {
    return new Behaviour(latency, errorRate, share, rateLimit, outage, seed, refusal);
  }

  /** Admits this many requests in any one second and answers the others with 429. */
  public Behaviour withRateLimit(int perSecond) {
    OptionalInt limit = OptionalInt.of(perSecond);
    return new Behaviour(latency, errorRate, hangRate, limit, outage, seed, refusal);
  }

  /**
   * Answers every request with 503 from {@code from} (inclusive) to {@code to} (exclusive),
   * measured from the start.
   */
  public Behaviour withOutage(Duration from, Duration to) {
    Optional<Outage> window = Optional.of(new Outage(from, to));
    return new Behaviour(latency, errorRate, hangRate, rateLimit, window, seed, refusal);
  }

  /** Draws the random latencies and faults from this seed. */
  public Behaviour withSeed(long newSeed) {
    return new Behaviour(latency, errorRate, hangRate, rateLimit, outage, newSeed, refusal);
  }

  /** Answers every request with this status, 400 to 599, at once. */
  public Behaviour refusing(int status) {
    OptionalInt refused = OptionalInt.of(status);
    return new Behaviour(latency, errorRate, hangRate, rateLimit, outage, seed, refused);
  }

  private static void checkShare(String name, double share) {
    check(share >= 0 && share <= 1, name + " must be between 0 and 1, not " + share);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
