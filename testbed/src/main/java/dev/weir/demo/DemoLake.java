package dev.weir.demo;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** A demo's lake: a Hadoop catalog in its folder. */
final class DemoLake implements AutoCloseable {
  /** The namespace of its tables. */
  static final String NAMESPACE = "bank";

  private final Path catalogFile;
  private final OpenCatalog catalog;

  /** What any reader of a table sees. */
  record TableState(long rows, long snapshots) {
    static TableState of(long rows, Table table) {
      long snapshots = 0;
      for (Snapshot snapshot : table.snapshots()) {
        snapshots++;
      }
      return new TableState(rows, snapshots);
    }
  }

  /**
   * @param folder where the warehouse and the file that describes its catalog go
   */
  DemoLake(Path folder) {
    this.catalogFile = folder.resolve("catalog.properties");
    try {
      Files.writeString(
          catalogFile,
          "type=hadoop\nwarehouse="
              + folder.resolve("warehouse")
              + "\nhadoop.fs.file.impl="
              + PlainFiles.class.getName()
              + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.catalog = LedgerCatalog.read(catalogFile).open();
  }

  /** For {@code --catalog}. */
  Path catalogFile() {
    return catalogFile;
  }

  /**
   * @param name without the namespace; it must be there
   */
  Table table(String name) {
    return catalog.table(NAMESPACE + "." + name);
  }

  @Override
  public void close() {
    catalog.close();
  }
}
