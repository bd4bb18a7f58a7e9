package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.iceberg.table.TableCopy;
import java.io.Serializable;
import org.apache.iceberg.Table;

/**
 * A prepared table, in a form that workers can use, and how one sink writes to it.
 *
 * @param <E> a row, or a change of one
 */
final class Target<E> implements Serializable {
  private static final long serialVersionUID = 1;

  private final LedgerTable description;
  private final TableCopy copy;
  private final String sinkId;
  private final Rows<E> rows;

  /**
   * @throws LedgerException if the table cannot be prepared
   */
  Target(LedgerTable description, String sinkId, Rows<E> rows) {
    this.description = description;
    this.copy = TableCopy.of(description.catalog(), description.name(), description.prepare());
    this.sinkId = SinkId.checked(sinkId);
    this.rows = rows;
  }

  String name() {
    return description.name();
  }

  String sinkId() {
    return sinkId;
  }

  Rows<E> rows() {
    return rows;
  }

  LedgerCatalog catalog() {
    return description.catalog();
  }

  TableRows tableRows() {
    return new TableRows(copy.table(), description.rowSchema());
  }

  /** The table with access to its files, for {@link #writer}; the caller must close it. */
  OpenTable open() {
    return copy.open();
  }

  LedgerWriter<E> liveWriter(OpenTable open) {
    return rows.liveWriter(open.table(), tableRows(), sinkId, open.current());
  }

  LedgerWriter<E> writer(OpenTable open, boolean fingerprints) {
    Table table = open.table();
    return rows.writer(table, tableRows(), SinkId.fileNames(table, sinkId), fingerprints);
  }
}
