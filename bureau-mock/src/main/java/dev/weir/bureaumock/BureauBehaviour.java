package dev.weir.bureaumock;

import dev.weir.httpservice.LatencyRange;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the mock bureau behaves: how long it takes and what goes wrong. Immutable; each {@code with}
 * method returns a changed copy and throws {@link IllegalArgumentException} for a value that makes
 * no sense. It concerns the two paths that answer questions, never {@code /health} or {@code
 * /metrics}.
 *
 * @param minLatency the shortest time an answer takes, to the millisecond
 * @param maxLatency the longest time an answer takes, to the millisecond
 * @param errorRate the share of requests, 0 to 1, answered 503 after the usual latency
 * @param hangRate the share of requests, 0 to 1, that are never answered
 * @param rateLimit the most requests admitted in any one second, if there is a limit; those above
 *     it are answered 429 at once
 * @param outage when every request is answered 503 at once, if ever
 * @param seed where the random latencies and faults start: the n-th request after a start with the
 *     same behaviour always meets the same fate
 * @param answers how well-formed the answers are
 * @param refusal the status every request is refused with at once, if any
 */
public record BureauBehaviour(
    Duration minLatency,
    Duration maxLatency,
    double errorRate,
    double hangRate,
    OptionalInt rateLimit,
    Optional<Outage> outage,
    long seed,
    Answers answers,
    OptionalInt refusal) {

  private static final int HIGHEST_RATE_LIMIT = 1_000_000;

  /** How well-formed the answers are. */
  public enum Answers {
    /** As the contract says. */
    WHOLE,
    /** A batch answer lacks its last entry. */
    SHORT,
    /** Status 200 with a body that is not JSON. */
    GARBAGE
  }

  /**
   * A time in which every request is answered 503.
   *
   * @param from the first moment, as the time since the mock started
   * @param to the first moment after it, as the time since the mock started
   */
  public record Outage(Duration from, Duration to) {
    public Outage {
      check(!from.isNegative(), "outage must not begin before the start, not at " + from);
      check(from.compareTo(to) < 0, "outage must end after it begins, not " + from + " to " + to);
    }

    boolean covers(Duration sinceStart) {
      return sinceStart.compareTo(from) >= 0 && sinceStart.compareTo(to) < 0;
    }
  }

  public BureauBehaviour {
    Objects.requireNonNull(rateLimit, "rateLimit");
    Objects.requireNonNull(outage, "outage");
    Objects.requireNonNull(answers, "answers");
    new LatencyRange(minLatency, maxLatency); // Throws where the two make no sense.
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

  /** A bureau without faults that takes 200 to 1000 ms for an answer; its seed is 0. */
  public static BureauBehaviour healthy() {
    return new BureauBehaviour(
        Duration.ofMillis(200),
        Duration.ofMillis(1000),
        0,
        0,
        OptionalInt.empty(),
        Optional.empty(),
        0,
        Answers.WHOLE,
        OptionalInt.empty());
  }

  /** Answers after a time that is uniform from {@code min} to {@code max}, both included. */
  public BureauBehaviour withLatency(Duration min, Duration max) {
    return new BureauBehaviour(
        min, max, errorRate, hangRate, rateLimit, outage, seed, answers, refusal);
  }

  /** Answers this share of requests with 503. */
  public BureauBehaviour withErrorRate(double share) {
    return new BureauBehaviour(
        minLatency, maxLatency, share, hangRate, rateLimit, outage, seed, answers, refusal);
  }

  /** Never answers this share of requests; together with the error rate it is at most 1. */
  public BureauBehaviour withHangRate(double share) {
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, share, rateLimit, outage, seed, answers, refusal);
  }

  /** Admits this many requests in any one second and answers the others 429. */
  public BureauBehaviour withRateLimit(int perSecond) {
    OptionalInt limit = OptionalInt.of(perSecond);
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, hangRate, limit, outage, seed, answers, refusal);
  }

  /** Answers every request 503 from {@code from} until just before {@code to}, since the start. */
  public BureauBehaviour withOutage(Duration from, Duration to) {
    Optional<Outage> window = Optional.of(new Outage(from, to));
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, hangRate, rateLimit, window, seed, answers, refusal);
  }

  /** Draws the random latencies and faults from this seed. */
  public BureauBehaviour withSeed(long newSeed) {
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, hangRate, rateLimit, outage, newSeed, answers, refusal);
  }

  /** Answers 200 with a body that is not JSON. */
  public BureauBehaviour garbage() {
    return answering(Answers.GARBAGE);
  }

  /** Leaves the last entry out of every batch answer. */
  public BureauBehaviour shortAnswers() {
    return answering(Answers.SHORT);
  }

  /** Answers every request with this status, 400 to 599, at once. */
  public BureauBehaviour refusing(int status) {
    OptionalInt refused = OptionalInt.of(status);
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, hangRate, rateLimit, outage, seed, answers, refused);
  }

  private BureauBehaviour answering(Answers kind) {
    return new BureauBehaviour(
        minLatency, maxLatency, errorRate, hangRate, rateLimit, outage, seed, kind, refusal);
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
