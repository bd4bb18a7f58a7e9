package dev.weir.iceberg.table;

/**
 * Reports a table, catalog or sink that does not meet a job's needs; the message explains what to
 * do.
 */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LedgerException(String message) {
    super(message);
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
