package dev.weir.scoringservice;

import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.LatencyRange;
import java.time.Duration;

/**
 * How the scoring service behaves: its latency and its faults. Immutable; each {@code with} method
 * returns a changed copy and throws {@link IllegalArgumentException} for an invalid value. Applies
 * to the two paths that answer questions, and only to readable requests of clients that may ask.
 *
 * @param latency how long an answer takes
 * @param errorRate the share of requests, 0 to 1, answered 503 after the usual latency
 * @param seed the seed of the random latencies and faults
 */
public record ScoringBehaviour(LatencyRange latency, double errorRate, long seed) {

  public ScoringBehaviour {
    if (!(errorRate >= 0 && errorRate <= 1)) {
      throw new IllegalArgumentException("errorRate must be between 0 and 1, not " + errorRate);
    }
  }

  /** A service without faults that takes 5 to 20 ms for an answer; its seed is 0. */
  public static ScoringBehaviour healthy() {
    return new ScoringBehaviour(
        new LatencyRange(Duration.ofMillis(5), Duration.ofMillis(20)), 0, 0);
  }

  /** Answers after a time that is uniform from {@code min} to {@code max}, both included. */
  public ScoringBehaviour withLatency(Duration min, Duration max) {
    return new ScoringBehaviour(new LatencyRange(min, max), errorRate, seed);
  }

  /** Answers this share of requests with 503. */
  public ScoringBehaviour withErrorRate(double share) {
    return new ScoringBehaviour(latency, share, seed);
  }

  /** Draws the random latencies and faults from this seed. */
  public ScoringBehaviour withSeed(long newSeed) {
    return new ScoringBehaviour(latency, errorRate, newSeed);
  }

  /** This behaviour as the one of any service. */
  Behaviour faults() {
    return Behaviour.taking(latency.min(), latency.max()).withErrorRate(errorRate).withSeed(seed);
  }
}
