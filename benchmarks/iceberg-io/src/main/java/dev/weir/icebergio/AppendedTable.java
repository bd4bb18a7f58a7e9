package dev.weir.icebergio;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A table of payments by day in a Hadoop catalog; the same that the other sinks write. */
final class AppendedTable {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              NestedField.required(1, "id", Types.LongType.get()),
              NestedField.required(2, "account", Types.StringType.get()),
              NestedField.required(3, "merchant", Types.StringType.get()),
              NestedField.required(4, "amount", Types.DecimalType.of(12, 2)),
              NestedField.required(5, "currency", Types.StringType.get()),
              NestedField.required(6, "note", Types.StringType.get()),
              NestedField.required(7, "ts", Types.TimestampType.withZone())));

  private final Table table;

  private AppendedTable(Table table) {
    this.table = table;
  }

  /**
   * How a table differs from the rows that were sent to it.
   *
   * @param missing number of rows that are not in the table
   * @param repeated number of rows that are in the table once more than they were sent
   */
  record Difference(long missing, long repeated) {}

  static AppendedTable create(String warehouse, String name) {
    return new AppendedTable(
        new HadoopCatalog(new Configuration(), warehouse)
            .createTable(
                TableIdentifier.parse(name),
                COLUMNS,
                PartitionSpec.builderFor(COLUMNS).day("ts").build(),
                Map.of(TableProperties.FORMAT_VERSION, "2")));
  }

  /** Returns the table as of the last call of {@link #rows()}. */
  Table table() {
    return table;
  }

  /** Returns the number of rows, repeated ones included, of the newest snapshot. */
  long rows() {
    table.refresh();
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : Long.parseLong(snapshot.summary().get("total-records"));
  }

  int snapshots() {
    table.refresh();
    return table.history().size();
  }

  /** Compares the ids of the rows with the numbers from 0. */
  Difference differenceTo(long sent) throws IOException {
    table.refresh();
    BitSet seen = new BitSet();
    long read = 0;
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).select("id").build()) {
      for (Record row : rows) {
        seen.set(Math.toIntExact((Long) row.getField("id")));
        read++;
      }
    }
    return new Difference(sent - seen.cardinality(), read - seen.cardinality());
  }
}
