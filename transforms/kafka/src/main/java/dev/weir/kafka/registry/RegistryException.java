package dev.weir.kafka.registry;

import java.time.Duration;

/**
 * A schema registry did not do what it was asked for. It says nothing about the record at hand, so
 * it fails the bundle and makes no dead letter. The message is one line and holds no credentials.
 */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean outage;
  private final Duration retryAfter;
  private final String summary;

  private RegistryException(String message, boolean outage, Duration retryAfter, String summary) {
    super(message);
    this.outage = outage;
    this.retryAfter = retryAfter;
    this.summary = summary;
  }

  /** The registry may do it later. */
  static RegistryException outage(String message, Duration retryAfter) {
    return new RegistryException(message, true, retryAfter, null);
  }

  /**
   * The registry will not do it until something is changed.
   *
   * @param summary what was wrong with the answer, without the address
   */
  static RegistryException refusal(String message, String summary) {
    return new RegistryException(message, false, Duration.ZERO, summary);
  }

  /** What was wrong with the answer, such as {@code status 403}; null for an outage. */
  String summary() {
    return summary;
  }

  /** Returns whether the registry may do it later. */
  public boolean isOutage() {
    return outage;
  }

  /** The shortest wait before the next request; zero if the registry did not specify one. */
  Duration retryAfter() {
    return retryAfter;
  }
}
