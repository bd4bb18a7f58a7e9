package dev.weir.scoringservice;

import java.util.Random;

/**
 * Decides what becomes of each request under one behaviour. Every request takes the same number of
 * random draws, so that the n-th one meets the same fate in every run with the same seed. Not
 * thread-safe: the event loop alone asks it.
 */
final class Fates {

  private final ScoringBehaviour behaviour;
  private final Random random;

  /** A request is answered after a delay: 503 if it fails. */
  record Fate(long millis, boolean fails) {}

  Fates(ScoringBehaviour behaviour) {
    this.behaviour = behaviour;
    this.random = new Random(behaviour.seed());
  }

  ScoringBehaviour behaviour() {
    return behaviour;
  }

  Fate next() {
    boolean fails = random.nextDouble() < behaviour.errorRate();
    return new Fate(behaviour.latency().millis(random.nextDouble()), fails);
  }
}
