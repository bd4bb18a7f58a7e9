package dev.weir.iceberg.testing;

import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.table.RowSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;

/** A table of payments, by day, that lives in memory. */
public final class MemoryTable {
  private MemoryTable() {}

  public static Table create(List<String> key) {
    return create(key, 2);
  }

  public static Table create(List<String> key, int formatVersion) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("bank"));
    Schema columns = RowSchema.of(Payments.SCHEMA);
    Schema schema =
        new Schema(
            columns.columns(),
            Set.copyOf(key.stream().map(c -> columns.findField(c).fieldId()).toList()));
    return catalog.createTable(
        TableIdentifier.of("bank", "payments"),
        schema,
        Partitioning.parse("days(ts)").spec(schema),
        Map.of("format-version", "" + formatVersion, "commit.retry.min-wait-ms", "1"));
  }

  /** Upgrades a table to format version 3. */
  public static void upgrade(Table table) {
    table.refresh();
    table.updateProperties().set("format-version", "3").commit();
  }

  /** A second view of the same table. */
  public static Table again(Table table) {
    return new BaseTable(((HasTableOperations) table).operations(), table.name());
  }

  public static List<Record> read(Table table) {
    table.refresh();
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> found = IcebergGenerics.read(table).build()) {
      found.forEach(row -> rows.add(row.copy()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
