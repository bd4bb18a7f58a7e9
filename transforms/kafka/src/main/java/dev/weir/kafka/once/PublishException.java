package dev.weir.kafka.once;

/** Thrown if outputs cannot be published exactly once; the message names the way out. */
public final class PublishException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PublishException(String message) {
    super(message);
  }

  PublishException(String message, Throwable cause) {
    super(message, cause);
  }
}
