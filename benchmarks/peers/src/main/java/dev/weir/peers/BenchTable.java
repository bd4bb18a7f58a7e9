package dev.weir.peers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Creates a table of {@link BenchRow}s in a Hadoop catalog, by day, otherwise with Iceberg's
 * defaults.
 */
final class BenchTable {
  static final int PRECISION = 12;
  static final int SCALE = 2;

  /**
   * Iceberg finds an upserted row's partition only if the key has the partition's source column.
   */
  static final List<String> KEY = List.of("id", "ts");

  private static final List<NestedField> COLUMNS =
      List.of(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "account", Types.StringType.get()),
          NestedField.required(3, "merchant", Types.StringType.get()),
          NestedField.required(4, "amount", Types.DecimalType.of(PRECISION, SCALE)),
          NestedField.required(5, "currency", Types.StringType.get()),
          NestedField.required(6, "note", Types.StringType.get()),
          NestedField.required(7, "ts", Types.TimestampType.withZone()));

  private final Table table;
  private final TableLoader loader;

  private BenchTable(Table table, TableLoader loader) {
    this.table = table;
    this.loader = loader;
  }

  /** Creates a table without a key; with a key, Flink's sink would shuffle append-only rows. */
  static BenchTable unkeyed(String warehouse, String name) {
    return create(warehouse, name, new Schema(COLUMNS));
  }

  static BenchTable keyed(String warehouse, String name) {
    return create(warehouse, name, new Schema(COLUMNS, Set.of(1, 7)));
  }

  private static BenchTable create(String warehouse, String name, Schema schema) {
    CatalogLoader catalog =
        CatalogLoader.hadoop(
            "weir", new Configuration(), Map.of(CatalogProperties.WAREHOUSE_LOCATION, warehouse));
    TableIdentifier id = TableIdentifier.parse(name);
    Table table =
        catalog
            .loadCatalog()
            .createTable(
                id,
                schema,
                PartitionSpec.builderFor(schema).day("ts").build(),
                Map.of(TableProperties.FORMAT_VERSION, "2"));
    return new BenchTable(table, TableLoader.fromCatalog(catalog, id));
  }

  /** Returns the table as of the last {@code refresh}. */
  Table table() {
    return table;
  }

  TableLoader loader() {
    return loader;
  }
}
