package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import java.io.Serializable;
import java.time.Instant;

/**
 * Defines which rows of a table are read: all rows or those of a time range, from the current
 * snapshot or an earlier one.
 */
public final class LedgerScan implements Serializable {
  private static final long serialVersionUID = 1;

  private final LedgerCatalog catalog;
  private final String table;
  private final Range range;
  private final Long snapshot;
  private final Instant time;

  /** From {@code from} (inclusive) to {@code to} (exclusive). */
  record Range(String column, Instant from, Instant to) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  private LedgerScan(
      LedgerCatalog catalog, String table, Range range, Long snapshot, Instant time) {
    this.catalog = catalog;
    this.table = table;
    this.range = range;
    this.snapshot = snapshot;
    this.time = time;
  }

  /**
   * Scans all rows that a table has when the pipeline is assembled.
   *
   * @param table the table's full name, such as {@code bank.loan_decisions}
   */
  public static LedgerScan of(LedgerCatalog catalog, String table) {
    return new LedgerScan(catalog, table, null, null, null);
  }

  /**
   * Restricts the scan to rows of a time range; files and partitions without such rows are not
   * opened.
   *
   * @param timeColumn a {@code timestamp} (read as UTC) or {@code timestamptz}
   * @param from start of the range, inclusive
   * @param to end of the range, exclusive
   * @throws LedgerException if {@code from} is not before {@code to}
   */
  public LedgerScan between(String timeColumn, Instant from, Instant to) {
    if (!from.isBefore(to)) {
      throw new LedgerException("the time range is empty: " + from + " is not before " + to);
    }
    return new LedgerScan(catalog, table, new Range(timeColumn, from, to), snapshot, time);
  }

  /** Scans the rows of this snapshot, with its columns. */
  public LedgerScan asOfSnapshot(long id) {
    return new LedgerScan(catalog, table, range, id, null);
  }

  /** Scans the rows of the snapshot that was current at this time, with its columns. */
  public LedgerScan asOfTime(Instant then) {
    return new LedgerScan(catalog, table, range, null, then);
  }

  LedgerCatalog catalog() {
    return catalog;
  }

  String table() {
    return table;
  }

  /** Returns the time range; null if there is none. */
  Range range() {
    return range;
  }

  /** Returns the id of the snapshot; null unless the snapshot is chosen by its id. */
  Long snapshot() {
    return snapshot;
  }

  /** Returns the time of the snapshot; null unless the snapshot is chosen by a time. */
  Instant time() {
    return time;
  }
}
