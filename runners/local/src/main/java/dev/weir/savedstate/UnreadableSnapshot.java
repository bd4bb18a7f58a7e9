package dev.weir.savedstate;

/** A snapshot cannot be read; the message continues the snapshot's path in one line. */
public final class UnreadableSnapshot extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableSnapshot(String message) {
    super(message);
  }

  UnreadableSnapshot(String message, Throwable cause) {
    super(message, cause);
  }
}
