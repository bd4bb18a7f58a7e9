package dev.weir.httpservice;

import java.time.Duration;
import java.util.Random;

/**
 * Decides the fate of each request under one behaviour. Every request takes the same number of
 * random draws, so that the n-th one has the same fate in every run with the same seed. Not
 * thread-safe: only the event loop calls it.
 */
final class Fates {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Behaviour behaviour;
  private final Random random;

  /** The arrival times of the last admitted requests, the first of them at {@link #oldest}. */
  private final long[] admitted;

  private int admissions;
  private int oldest;

  Fates(Behaviour behaviour) {
    this.behaviour = behaviour;
    this.random = new Random(behaviour.seed());
    this.admitted = new long[behaviour.rateLimit().orElse(0)];
  }

  /** The fate of a request that arrives this many nanoseconds after the start. */
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

  /** Exact over every window of one second: the limit-th last admitted request is older. */
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
