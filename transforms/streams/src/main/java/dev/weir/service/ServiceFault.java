package dev.weir.service;

import java.io.IOException;
import java.time.Duration;

/** Reports that a service responded to a request without answers to the questions in it. */
public final class ServiceFault extends IOException {
  private static final long serialVersionUID = 1L;

  /** How to react to the fault. */
  public enum Kind {
    /** A temporary fault of the service: retry later. */
    TRANSIENT,
    /**
     * The service rejects this client (401 or 403), or this client does not trust the service. This
     * concerns every question, so it counts as an outage.
     */
    NO_ACCESS,
    /** The service asks for fewer requests. */
    THROTTLED,
    /** The request is invalid; in a batch only one question may be at fault. */
    BAD_REQUEST,
    /** The service rejects all such requests: a retry, whole or in parts, would change nothing. */
    REFUSED,
    /** The service does not have the requested route (404 or 405). */
    NO_ROUTE,
    /** The service answers one question per request: send each question in its own request. */
    ONE_BY_ONE,
    /** The answer violates the protocol; in a batch one question may be the cause. */
    INVALID_ANSWER
  }

  private final Kind kind;
  private final Duration retryAfter;

  private ServiceFault(Kind kind, String message, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /**
   * @param message names the status or the missing part; never quotes the request, the token or the
   *     answer
   */
  public static ServiceFault of(Kind kind, String message) {
    return new ServiceFault(kind, message, Duration.ZERO);
  }

  /** Returns the fault of a service that asks for no further request for this long. */
  public static ServiceFault throttled(Duration retryAfter) {
    return new ServiceFault(Kind.THROTTLED, "too many requests", retryAfter);
  }

  public Kind kind() {
    return kind;
  }

  /** The shortest wait before the next request; zero if the service did not specify one. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
