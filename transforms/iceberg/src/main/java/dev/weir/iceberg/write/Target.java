package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import java.io.Serializable;
import org.apache.avro.Schema;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;

/**
 * A prepared table, in a form that workers can use, and how one sink writes to it.
 *
 * @param <E> a row, or a change of one
 */
final class Target<E> implements Serializable {
  private static final long serialVersionUID = 1;

  private final LedgerTable description;
  private final Table table;
  private final String sinkId;
  private final Rows<E> rows;

  /**
   * @throws LedgerException if the table cannot be prepared
   */
  Target(LedgerTable description, String sinkId, Rows<E> rows) {
    this.description = description;
    this.table = SerializableTable.copyOf(description.prepare());
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
    Schema schema = description.rowSchema();
    return new TableRows(table, schema);
  }

  LedgerWriter<E> writer(boolean fingerprints) {
    return rows.writer(table, tableRows(), SinkId.fileNames(table, sinkId), fingerprints);
  }
}
