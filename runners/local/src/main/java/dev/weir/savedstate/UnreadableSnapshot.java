package dev.weir.savedstate;

/** Thrown if a snapshot cannot be read; its one-line message continues the snapshot's path. */
public final class UnreadableSnapshot extends RuntimeException {
  private static final long serialVersionUID = 2L;

  private final boolean absent;

  private UnreadableSnapshot(String message, Throwable cause, boolean absent) {
    super(message, cause);
    this.absent = absent;
  }

  UnreadableSnapshot(String message) {
    this(message, null, false);
  }

  UnreadableSnapshot(String message, Throwable cause) {
    this(message, cause, false);
  }

  static UnreadableSnapshot absent(String message) {
    return new UnreadableSnapshot(message, null, true);
  }

  /** Returns whether there is no snapshot at the given path. */
  public boolean isAbsent() {
    return absent;
  }
}
