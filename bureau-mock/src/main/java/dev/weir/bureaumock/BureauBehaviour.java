package dev.weir.bureaumock;

import dev.weir.httpservice.Behaviour;
import java.time.Duration;
import java.util.Objects;

/**
 * How the mock bureau behaves: the latency and faults of any service, and whether its answers are
 * well-formed. Immutable; each {@code with} method returns a changed copy and throws {@link
 * IllegalArgumentException} for an invalid value. Applies to the two paths that answer questions,
 * never to {@code /health} or {@code /metrics}.
 *
 * @param faults the latency and the faults
 * @param answers whether the answers are well-formed
 */
public record BureauBehaviour(Behaviour faults, Answers answers) {

  /** Whether the answers are well-formed. */
  public enum Answers {
    /** They follow the contract. */
    WHOLE,
    /** A batch answer lacks its last entry. */
    SHORT,
    /** Status 200 with a body that is not JSON. */
    GARBAGE
  }

  public BureauBehaviour {
    Objects.requireNonNull(faults, "faults");
    Objects.requireNonNull(answers, "answers");
  }

  /** A bureau without faults that takes 200 to 1000 ms for an answer; its seed is 0. */
  public static BureauBehaviour healthy() {
    return new BureauBehaviour(
        Behaviour.taking(Duration.ofMillis(200), Duration.ofMillis(1000)), Answers.WHOLE);
  }

  /** See {@link Behaviour#withLatency}. */
  public BureauBehaviour withLatency(Duration min, Duration max) {
    return with(faults.withLatency(min, max));
  }

  /** See {@link Behaviour#withErrorRate}. */
  public BureauBehaviour withErrorRate(double share) {
    return with(faults.withErrorRate(share));
  }

  /** See {@link Behaviour#withHangRate}. */
  public BureauBehaviour withHangRate(double share) {
    return with(faults.withHangRate(share));
  }

  /** See {@link Behaviour#withRateLimit}. */
  public BureauBehaviour withRateLimit(int perSecond) {
    return with(faults.withRateLimit(perSecond));
  }

  /** See {@link Behaviour#withOutage}. */
  public BureauBehaviour withOutage(Duration from, Duration to) {
    return with(faults.withOutage(from, to));
  }

  /** See {@link Behaviour#withSeed}. */
  public BureauBehaviour withSeed(long seed) {
    return with(faults.withSeed(seed));
  }

  /** See {@link Behaviour#refusing}. */
  public BureauBehaviour refusing(int status) {
    return with(faults.refusing(status));
  }

  /** Answers 200 with a body that is not JSON. */
  public BureauBehaviour garbage() {
    return new BureauBehaviour(faults, Answers.GARBAGE);
  }

  /** Leaves the last entry out of every batch answer. */
  public BureauBehaviour shortAnswers() {
    return new BureauBehaviour(faults, Answers.SHORT);
  }

  private BureauBehaviour with(Behaviour changed) {
    return new BureauBehaviour(changed, answers);
  }
}
