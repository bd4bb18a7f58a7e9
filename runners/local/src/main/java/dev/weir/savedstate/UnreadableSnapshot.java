package dev.weir.savedstate;

/** Thrown if a snapshot cannot be read; its one-line message continues the snapshot's path. */
public final class UnreadableSnapshot extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableSnapshot(String message) {
    super(message);
  }

  UnreadableSnapshot(String message, Throwable cause) {
    super(message, cause);
  }
}
