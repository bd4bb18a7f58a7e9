package dev.weir.service;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for a failing service: opens when half of the last 20 requests failed, lets
 * three requests through after a pause, and closes when most of them are answered. The pause grows
 * with each further failure up to the policy's limit, so that a short failure costs little.
 * Thread-safe.
 *
 * <p>A slow start of this process does not count against the service: a time-out counts only once
 * the service has answered, or once the first request was sent more than {@link #COLD} ago. Old
 * requests do not count either: the outcome of a request that was sent before the breaker last
 * opened or closed is ignored.
 */
final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** How long classes, connections and caches on both sides may take to warm up. */
  static final Duration COLD = Duration.ofSeconds(10);

  private final LongSupplier nanoClock;
  private final CircuitBreaker circuit;

  /** Counts the state changes. */
  private long era;

  private boolean asked;
  private long firstAsked;
  private boolean answered;

  /**
   * Permission to send one request, whose outcome must be reported.
   *
   * @param era the number of state changes when the request was sent
   * @param sent in nanoseconds of the client's clock
   */
  record Permit(long era, long sent) {}

  Breaker(ClientPolicy policy, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    Duration longest = policy.breakerPause();
    Duration first = FIRST_PAUSE.compareTo(longest) < 0 ? FIRST_PAUSE : longest;
    this.circuit =
        CircuitBreaker.of(
            "service",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .waitIntervalFunctionInOpenState(
                    IntervalFunction.ofExponentialBackoff(first, 2, longest))
                .permittedNumberOfCallsInHalfOpenState(3)
                .clock(new NanoClock(nanoClock))
                .build());
    circuit
        .getEventPublisher()
        .onStateTransition(
            event -> {
              era++;
              LOG.warn("{}", event);
            });
  }

  /** Returns a permit; empty while the service must not be asked. */
  synchronized Optional<Permit> tryAcquire() {
    if (!circuit.tryAcquirePermission()) {
      return Optional.empty();
    }
    long now = nanoClock.getAsLong();
    if (!asked) {
      asked = true;
      firstAsked = now;
    }
    return Optional.of(new Permit(era, now));
  }

  /** Reports that the service answered, even with a rejection. */
  synchronized void answered(Permit permit) {
    answered = true;
    if (permit.era() == era) {
      circuit.onSuccess(nanoClock.getAsLong() - permit.sent(), TimeUnit.NANOSECONDS);
    }
  }

  /** Reports that the service failed. */
  synchronized void failed(Permit permit) {
    if (permit.era() == era) {
      circuit.onError(
          nanoClock.getAsLong() - permit.sent(), TimeUnit.NANOSECONDS, new IOException());
    }
  }

  /** Reports that the service did not answer in time. */
  synchronized void timedOut(Permit permit) {
    boolean cold = !answered && nanoClock.getAsLong() - firstAsked <= COLD.toNanos();
    if (cold) {
      undecided(permit);
    } else {
      failed(permit);
    }
  }

  /** Reports an outcome that shows nothing about the health of the service. */
  synchronized void undecided(Permit permit) {
    if (permit.era() == era) {
      circuit.releasePermission();
    }
  }

  /** Opens the breaker, whatever the last requests showed. */
  synchronized void open() {
    if (circuit.getState() == CircuitBreaker.State.CLOSED) {
      circuit.transitionToOpenState();
    }
  }

  /** A clock that follows the nanosecond clock and is never adjusted. */
  private static final class NanoClock extends Clock {
    private final LongSupplier nanos;

    NanoClock(LongSupplier nanos) {
      this.nanos = nanos;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }
  }
}
