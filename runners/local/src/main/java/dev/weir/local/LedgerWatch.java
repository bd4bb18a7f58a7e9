package dev.weir.local;

import dev.weir.ledger.LedgerCatalog;
import dev.weir.ledger.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** The demo's lake: a Hadoop catalog in its folder, and what is in its table at any moment. */
final class LedgerWatch implements AutoCloseable {
  private final Path catalogFile;
  private final String tableName;
  private final OpenCatalog catalog;
  private Table table;

  /** What any reader of the table sees. */
  record State(long rows, long snapshots) {
    static final State EMPTY = new State(0, 0);
  }

  /**
   * @param folder where the warehouse and the file that describes its catalog go
   */
  LedgerWatch(Path folder, String tableName) {
    this.tableName = tableName;
    this.catalogFile = folder.resolve("catalog.properties");
    try {
      Files.writeString(
          catalogFile, "type=hadoop\nwarehouse=" + folder.resolve("warehouse") + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.catalog = LedgerCatalog.read(catalogFile).open();
  }

  /** For {@code --catalog}. */
  Path catalogFile() {
    return catalogFile;
  }

  State state() {
    if (table == null) {
      table = catalog.table(tableName);
    }
    table.refresh();
    Snapshot current = table.currentSnapshot();
    if (current == null) {
      return State.EMPTY;
    }
    Map<String, String> summary = current.summary();
    long snapshots = 0;
    for (Snapshot snapshot : table.snapshots()) {
      snapshots++;
    }
    return new State(
        Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0")), snapshots);
  }

  @Override
  public void close() {
    catalog.close();
  }
}
