package dev.weir.service;

import java.io.Serializable;
import java.time.Duration;

/**
 * Configures calls to a service: batching, concurrency, time-outs and retries.
 *
 * @param batch maximum number of questions per request
 * @param inFlight maximum number of requests in flight per worker
 * @param timeout the time-out of one request, including connecting
 * @param attempts without patience, the maximum number of requests for one question; with patience,
 *     the number of requests after which a batch that fails while others are answered is split
 * @param linger how long a question waits for others to fill its batch
 * @param backoff the longest wait before the second attempt; doubles with each further attempt, and
 *     the wait is drawn uniformly from zero up to it ("full jitter")
 * @param maxBackoff the longest wait before any attempt; without patience, a question is given up
 *     if the service asks for a longer wait
 * @param breakerPause the longest time for which a failing service is not asked; the first pause of
 *     an outage is shorter
 * @param patience how long questions wait for a failing service, and how long a question that fails
 *     while others are answered is retried; if zero, {@code attempts} decides
 */
public record ClientPolicy(
    int batch,
    int inFlight,
    Duration timeout,
    int attempts,
    Duration linger,
    Duration backoff,
    Duration maxBackoff,
    Duration breakerPause,
    Duration patience)
    implements Serializable {

  public ClientPolicy {
    positive("batch", batch);
    positive("inFlight", inFlight);
    positive("timeout", timeout.toMillis());
    positive("attempts", attempts);
    positive("backoff", backoff.toMillis());
    positive("breakerPause", breakerPause.toMillis());
    if (linger.isNegative()) {
      throw new IllegalArgumentException("linger must not be negative");
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience must not be negative");
    }
    if (maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException("maxBackoff must not be below backoff");
    }
  }

  /**
   * Batches of 50 questions, 64 requests in flight, 2 s per request, three attempts, no patience.
   */
  public static ClientPolicy standard() {
    return new ClientPolicy(
        50,
        64,
        Duration.ofSeconds(2),
        3,
        Duration.ofMillis(10),
        Duration.ofMillis(200),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ZERO);
  }

  public ClientPolicy withBatch(int questions) {
    return new ClientPolicy(
        questions,
        inFlight,
        timeout,
        attempts,
        linger,
        backoff,
        maxBackoff,
        breakerPause,
        patience);
  }

  public ClientPolicy withInFlight(int requests) {
    return new ClientPolicy(
        batch, requests, timeout, attempts, linger, backoff, maxBackoff, breakerPause, patience);
  }

  public ClientPolicy withTimeout(Duration perRequest) {
    return new ClientPolicy(
        batch, inFlight, perRequest, attempts, linger, backoff, maxBackoff, breakerPause, patience);
  }

  public ClientPolicy withAttempts(int requests) {
    return new ClientPolicy(
        batch, inFlight, timeout, requests, linger, backoff, maxBackoff, breakerPause, patience);
  }

  public ClientPolicy withLinger(Duration wait) {
    return new ClientPolicy(
        batch, inFlight, timeout, attempts, wait, backoff, maxBackoff, breakerPause, patience);
  }

  public ClientPolicy withBackoff(Duration first, Duration longest) {
    return new ClientPolicy(
        batch, inFlight, timeout, attempts, linger, first, longest, breakerPause, patience);
  }

  public ClientPolicy withBreakerPause(Duration pause) {
    return new ClientPolicy(
        batch, inFlight, timeout, attempts, linger, backoff, maxBackoff, pause, patience);
  }

  public ClientPolicy withPatience(Duration outage) {
    return new ClientPolicy(
        batch, inFlight, timeout, attempts, linger, backoff, maxBackoff, breakerPause, outage);
  }

  /**
   * Maximum number of questions that may wait for their answer in one worker: those in flight, and
   * as many again to fill the next requests at once.
   */
  int capacity() {
    return Math.multiplyExact(2 * inFlight, batch);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be above 0, not " + value);
    }
  }
}
