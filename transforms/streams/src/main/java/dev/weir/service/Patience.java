package dev.weir.service;

import dev.weir.service.Answer.Missing;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how long unanswered questions are retried. An outage starts at the first failure after
 * the service last answered any question. Once it lasts longer than the policy's patience, waiting
 * questions are given up, and the patience is exhausted until the next answer. With a patience of
 * zero, the policy's attempts alone decide. Thread-safe.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private final ClientPolicy policy;
  private final LongSupplier nanoClock;
  private final long patience;
  private final IntervalFunction longestWait;

  /** During an outage with waiting questions, the next failure comes sooner than this. */
  private final long longestSilence;

  private long answers;
  private boolean failing;
  private long failingSince;
  private long lastFailure;
  private boolean exhausted;

  /**
   * The number of the most recent series of failures, and of the series that started the outage.
   */
  private long lastSeries;

  private long firstSeries;

  /** Whether other batches have failed too since the outage began. */
  private boolean isShared;

  /** What happens to a batch after a failed attempt. */
  sealed interface Next {
    /** The batch is retried after a wait. */
    record Retry(Trials trials, Duration pause) implements Next {}

    /** The batch is retried at once in halves, because one of its questions may be at fault. */
    record Halve(Trials trials) implements Next {}

    /** The questions of the batch are given up: they get no answer. */
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

  /** Records that the service answered a request, even with a rejection. */
  synchronized void answered() {
    if (exhausted) {
      LOG.warn("the service answers again");
    }
    answers++;
    forget();
  }

  /** Records that the service did not answer a batch of this many questions. */
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
   * Records that the service asked for a pause. While it answers others, that is not a reason to
   * give up a question.
   */
  synchronized Next throttled(Trials before, Duration atLeast) {
    return next(record(before).throttled(answers), atLeast);
  }

  /** Returns whether questions wait while the service must not be asked. */
  synchronized boolean waits() {
    return patience > 0 && !isExhausted();
  }

  /**
   * Returns whether an outage has lasted longer than the patience; always false with a patience of
   * zero. A batch that fails alone may be at fault itself: it is given up, and others are still
   * asked.
   */
  synchronized boolean isExhausted() {
    if (!exhausted && isShared && isOverdue()) {
      exhausted = true;
      LOG.warn(
          "the service has failed for longer than {}: questions are given up until it answers"
              + " again",
          policy.patience());
    }
    return exhausted;
  }

  private boolean isOverdue() {
    long now = nanoClock.getAsLong();
    // If nothing was asked for a long time, an old failure does not mean that an outage lasts until
    // now.
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
      // No question waits any more.
      forget();
    }
    return new Next.GiveUp(trials.reason());
  }

  /** Exponential backoff with full jitter. */
  private Duration jitter(int attempts) {
    long ceiling = longestWait.apply(attempts);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(ceiling + 1));
  }

  /** Limits a wait to the rest of the patience, so that there is a last attempt at its end. */
  private Duration withinPatience(Duration atLeast, Duration jitter) {
    if (patience == 0) {
      return atLeast.plus(jitter);
    }
    Duration left = Duration.ofNanos(patience - (nanoClock.getAsLong() - failingSince));
    // Compared first: adding a very long wait that a service asks for could overflow the duration.
    Duration wait = atLeast.compareTo(left) >= 0 ? left : atLeast.plus(jitter);
    Duration capped = wait.compareTo(left) > 0 ? left : wait;
    return capped.isNegative() ? Duration.ZERO : capped;
  }
}
