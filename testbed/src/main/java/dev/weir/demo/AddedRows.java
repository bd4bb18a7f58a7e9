package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** Counts the rows of an append-only table. */
final class AddedRows {
  private final Table table;

  AddedRows(Table table) {
    this.table = table;
  }

  TableState state() {
    table.refresh();
    Snapshot current = table.currentSnapshot();
    Map<String, String> summary = current == null ? Map.of() : current.summary();
    return TableState.of(
        Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0")), table);
  }
}
