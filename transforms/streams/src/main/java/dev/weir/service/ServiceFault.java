package dev.weir.service;

import java.io.IOException;
import java.time.Duration;

/** A service answered a request and did not answer the questions in it. */
public final class ServiceFault extends IOException {
  private static final long serialVersionUID = 1L;

  /** What to do about it. */
  public enum Kind {
    /** A passing fault of the service: ask again later. */
    TRANSIENT,
    /** The service asks to be asked more slowly. */
    THROTTLED,
    /** Something in the request is wrong; in a batch it may be one question only. */
    BAD_REQUEST,
    /** The service refuses all such requests: asking again, or in parts, would change nothing. */
    REFUSED,
    /** The service does not have the route that was asked, 404 or 405. */
    NO_ROUTE,
    /** The service answers one question per request: ask each in a request of its own. */
    ONE_BY_ONE,
    /** The answer breaks the protocol; in a batch one question may be the cause. */
    NONSENSE
  }

  private final Kind kind;
  private final Duration retryAfter;

  private ServiceFault(Kind kind, String message, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /**
   * @param message names the status or the missing part; never quotes request or answer
   */
  public static ServiceFault of(Kind kind, String message) {
    return new ServiceFault(kind, message, Duration.ZERO);
  }

  /** The service wants no further request for this long. */
  public static ServiceFault throttled(Duration retryAfter) {
    return new ServiceFault(Kind.THROTTLED, "too many requests", retryAfter);
  }

  public Kind kind() {
    return kind;
  }

  /** How long to wait at the least; zero where the service did not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
