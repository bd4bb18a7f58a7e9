package dev.weir.iceberg.testing;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.IcebergGenerics.ScanBuilder;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** A Hadoop catalog in a folder, and what Iceberg's own reader sees in it. */
public final class Warehouse {
  private final LedgerCatalog catalog;

  public Warehouse(Path folder) {
    this.catalog = LedgerCatalog.inFolder(folder);
  }

  public LedgerCatalog catalog() {
    return catalog;
  }

  public Table load(String table) {
    try (OpenCatalog open = catalog.open()) {
      return open.table(table);
    }
  }

  public List<Record> read(String table) {
    return read(table, scan -> scan);
  }

  public List<Record> read(String table, UnaryOperator<ScanBuilder> how) {
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> found = how.apply(IcebergGenerics.read(load(table))).build()) {
      found.forEach(row -> rows.add(row.copy()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  public List<Snapshot> snapshots(String table) {
    List<Snapshot> all = new ArrayList<>();
    load(table).snapshots().forEach(all::add);
    return all;
  }
}
