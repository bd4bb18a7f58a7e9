package dev.weir.service;

import dev.weir.service.Answer.Missing;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how long unanswered questions are asked again. An outage is measured from the first
 * failure after the last answer to anybody; once it lasts longer than the policy's patience, what
 * waits is given up, and the patience is exhausted until the next answer. With a patience of zero
 * the policy's attempts alone decide. Thread-safe.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private final ClientPolicy policy;
  private final LongSupplier nanoClock;
  private final long patience;
  private final IntervalFunction longestWait;

  /** In an outage that somebody waits for, the next failure comes sooner. */
  private final long longestSilence;

  private long answers;
  private boolean failing;
  private long failingSince;
  private long lastFailure;
  private boolean exhausted;

  /** The number of the last series of failures that began, and of the one the outage began with. */
  private long lastSeries;

  private long firstSeries;

  /** Whether others failed too since the outage began. */
  private boolean isShared;

  /** What becomes of a batch after a failed attempt. */
  sealed interface Next {
    /** It is asked again, after a wait. */
    record Retry(Trials trials, Duration pause) implements Next {}

    /** It is asked again in halves, at once: one of its questions may be at fault. */
    record Halve(Trials trials) implements Next {}

    /** Its questions stay without an answer. */
    record GiveUp(Missing reason) implements Next {}
  }

  Patience(ClientPolicy policy, LongSupplier nanoClock) {
    this.policy = policy;
    this.nanoClock = nanoClock;
    this.patience = policy.patience().toNanos();
    this.longestWait =
        IntervalFunction.ofExponentialBackoff(policy.backoff(), 2, policy.maxBackoff());
    this.longestSilence =
        policy.patience().plus(policy.timeout()).plus(policy.breakerPause()).toNanos();
  }

  /** The service answered a request, be it with a refusal. */
  synchronized void answered() {
    if (exhausted) {
      LOG.warn("the service answers again");
    }
    answers++;
    forget();
  }

  /** The service did not answer a batch of so many questions. */
  synchronized Next failed(Trials before, int questions, Missing reason) {
    Trials trials = record(before).failed(reason, nanoClock.getAsLong(), answers);
    if (patience > 0 && trials.failures() >= policy.attempts() && !isOverdue()) {
      boolean othersAreAnswered = answers > before.answersBefore();
      if (questions > 1 && before.attempts() > 0 && (othersAreAnswered || !isShared)) {
        return new Next.Halve(trials.inSeries(0));
      }
      if (questions == 1 && nanoClock.getAsLong() - trials.failingSince() > patience) {
        return new Next.GiveUp(reason);
      }
    }
    return next(trials, Duration.ZERO);
  }

  /**
   * The service asked for a pause. While it answers others, that is no reason to give a question
   * up.
   */
  synchronized Next throttled(Trials before, Duration atLeast) {
    return next(record(before).throttled(answers), atLeast);
  }

  /** Whether questions wait for the service while it must not be asked. */
  synchronized boolean waits() {
    return patience > 0 && !isExhausted();
  }

  /**
   * Whether an outage lasts longer than the patience; never where there is none. What fails alone
   * may be at fault itself: it is given up, and others are asked.
   */
  synchronized boolean isExhausted() {
    if (!exhausted && isShared && isOverdue()) {
      exhausted = true;
      LOG.warn(
          "the service has failed for longer than {}: questions stay without an answer until it"
              + " answers again",
          policy.patience());
    }
    return exhausted;
  }

  private boolean isOverdue() {
    long now = nanoClock.getAsLong();
    // Where nobody has asked for long, an old failure is no outage that has lasted until now.
    return exhausted
        || patience > 0
            && failing
            && now - failingSince > patience
            && now - lastFailure <= longestSilence;
  }

  private void forget() {
    failing = false;
    isShared = false;
    exhausted = false;
  }

  private Trials record(Trials before) {
    long now = nanoClock.getAsLong();
    Trials trials = before.series() == 0 ? before.inSeries(++lastSeries) : before;
    if (!failing || !exhausted && now - lastFailure > longestSilence) {
      failing = true;
      failingSince = now;
      firstSeries = trials.series();
      isShared = false;
    }
    isShared |= trials.series() != firstSeries;
    lastFailure = now;
    return trials;
  }

  private Next next(Trials trials, Duration atLeast) {
    boolean giveUp =
        patience == 0
            ? trials.attempts() >= policy.attempts() || atLeast.compareTo(policy.maxBackoff()) > 0
            : isOverdue();
    if (!giveUp) {
      return new Next.Retry(trials, withinPatience(atLeast, jitter(trials.attempts())));
    }
    if (!isExhausted()) {
      // Nobody waits any more.
      forget();
    }
    return new Next.GiveUp(trials.reason());
  }

  /** Exponential backoff with full jitter. */
  private Duration jitter(int attempts) {
    long ceiling = longestWait.apply(attempts);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(ceiling + 1));
  }

  /** No wait outlasts the patience, so that there is a last attempt at its end. */
  private Duration withinPatience(Duration atLeast, Duration jitter) {
    if (patience == 0) {
      return atLeast.plus(jitter);
    }
    Duration left = Duration.ofNanos(patience - (nanoClock.getAsLong() - failingSince));
    // Compared first: a service may ask for more time than durations can be added up to.
    Duration wait = atLeast.compareTo(left) >= 0 ? left : atLeast.plus(jitter);
    Duration capped = wait.compareTo(left) > 0 ? left : wait;
    return capped.isNegative() ? Duration.ZERO : capped;
  }
}
