package dev.weir.demo;

import dev.weir.folders.OwnerOnly;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** A demo's lake: a Hadoop catalog in its folder. */
final class DemoLake implements AutoCloseable {
  /** The namespace of the demo's tables. */
  static final String NAMESPACE = "bank";

  private final Path catalogFile;
  private final OpenCatalog catalog;

  /** A table's state as any reader sees it. */
  record TableState(long rows, long snapshots) {
    /** Returns the state of a table to which rows are only appended. */
    static TableState ofAppended(Table table) {
      table.refresh();
      Snapshot current = table.currentSnapshot();
      Map<String, String> summary = current == null ? Map.of() : current.summary();
      return of(
          Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0")), table);
    }

    static TableState of(long rows, Table table) {
      long snapshots = 0;
      for (Snapshot snapshot : table.snapshots()) {
        snapshots++;
      }
      return new TableState(rows, snapshots);
    }
  }

  /**
   * @param folder the folder for the warehouse and for the file that describes its catalog
   */
  DemoLake(Path folder) {
    this.catalogFile = folder.resolve("catalog.properties");
    try {
      Files.writeString(
          catalogFile,
          "type=hadoop\nwarehouse="
              + OwnerOnly.folder(folder.resolve("warehouse"))
              + "\nhadoop.fs.file.impl="
              + PlainFiles.class.getName()
              + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.catalog = LedgerCatalog.read(catalogFile).open();
  }

  /** Returns the file to pass as {@code --catalog}. */
  Path catalogFile() {
    return catalogFile;
  }

  /**
   * @param name the table's name without the namespace; the table must exist
   */
  Table table(String name) {
    return catalog.table(NAMESPACE + "." + name);
  }

  @Override
  public void close() {
    catalog.close();
  }
}
