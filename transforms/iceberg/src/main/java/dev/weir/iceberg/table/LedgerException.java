package dev.weir.iceberg.table;

/** A table, a catalog or a sink is not what a job needs it to be; the message says what to do. */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LedgerException(String message) {
    super(message);
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
