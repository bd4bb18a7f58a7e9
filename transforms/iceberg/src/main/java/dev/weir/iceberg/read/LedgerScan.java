package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import java.io.Serializable;
import java.time.Instant;

/**
 * Which rows of a table are read: all of them or those of a time range, as they are now or as they
 * were.
 */
public final class LedgerScan implements Serializable {
  private static final long serialVersionUID = 1;

  private final LedgerCatalog catalog;
  private final String table;
  private final Range range;
  private final Long snapshot;
  private final Instant time;

  /** From {@code from} on, and before {@code to}. */
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
   * All rows that a table has when the pipeline is put together.
   *
   * @param table such as {@code bank.loan_decisions}
   */
  public static LedgerScan of(LedgerCatalog catalog, String table) {
    return new LedgerScan(catalog, table, null, null, null);
  }

  /**
   * Only rows of a time range; files and partitions without any are not opened.
   *
   * @param timeColumn a {@code timestamp} (read as UTC) or {@code timestamptz}
   * @param from the first time that belongs to the range
   * @param to the first time after the range
   * @throws LedgerException where the range is empty
   */
  public LedgerScan between(String timeColumn, Instant from, Instant to) {
    if (!from.isBefore(to)) {
      throw new LedgerException("no row is from " + from + " on and before " + to);
    }
    return new LedgerScan(catalog, table, new Range(timeColumn, from, to), snapshot, time);
  }

  /** The rows of this snapshot, with its columns. */
  public LedgerScan asOfSnapshot(long id) {
    return new LedgerScan(catalog, table, range, id, null);
  }

  /** The rows of the snapshot that was current then, with its columns. */
  public LedgerScan asOfTime(Instant then) {
    return new LedgerScan(catalog, table, range, null, then);
  }

  LedgerCatalog catalog() {
    return catalog;
  }

  String table() {
    return table;
  }

  /** Null for all times. */
  Range range() {
    return range;
  }

  /** Null unless the scan is of a snapshot by its id. */
  Long snapshot() {
    return snapshot;
  }

  /** Null unless the scan is of a snapshot by its time. */
  Instant time() {
    return time;
  }
}
