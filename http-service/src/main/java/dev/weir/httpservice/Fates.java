package dev.weir.httpservice;

import java.time.Duration;
import java.util.Random;

/**
 * Decides the fate of each request under one behaviour. Every request takes the same number of
 * random draws, so that the n-th one meets the same fate in every run with the same seed. Not
 * thread-safe: the event loop alone asks it.
 */
final class Fates {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Behaviour behaviour;
  private final Random random;

  /** When each of the last admitted requests came, the oldest one at {@link #oldest}. */
  private final long[] admitted;

  private int admissions;
  private int oldest;

  Fates(Behaviour behaviour) {
    this.behaviour = behaviour;
    this.random = new Random(behaviour.seed());
    this.admitted = new long[behaviour.rateLimit().orElse(0)];
  }

  /** The fate of a request that comes this many nanoseconds after the start. */
  Fate next(long sinceStart) {
    double luck = random.nextDouble();
    long delay = behaviour.latency().millis(random.nextDouble());
    if (behaviour.refusal().isPresent()) {
      return new Fate.Refused(behaviour.refusal().getAsInt());
    }
    if (behaviour.outage().filter(o -> o.covers(Duration.ofNanos(sinceStart))).isPresent()) {
      return new Fate.Refused(503);
    }
    if (behaviour.rateLimit().isPresent() && !admits(sinceStart)) {
      return new Fate.Refused(429);
    }
    if (luck < behaviour.hangRate()) {
      return new Fate.Hanging();
    }
    boolean fails = luck < behaviour.hangRate() + behaviour.errorRate();
    return new Fate.Delayed(delay, fails);
  }

  /** Exact over every window of a second: the limit-th request before this one is that old. */
  private boolean admits(long now) {
    if (admissions == admitted.length && now - admitted[oldest] < SECOND) {
      return false;
    }
    admissions = Math.min(admissions + 1, admitted.length);
    admitted[oldest] = now;
    oldest = (oldest + 1) % admitted.length;
    return true;
  }
}
