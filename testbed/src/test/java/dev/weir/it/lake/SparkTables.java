package dev.weir.it.lake;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.Maintenance;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.read.LedgerScan;
import dev.weir.iceberg.read.ReadRows;
import dev.weir.iceberg.table.Erasure;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.it.loans.Entries;
import dev.weir.testing.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;

/** Tables of each kind that Weir writes, in one catalog, with the rows that each must have. */
final class SparkTables {
  private static final Schema DELETION =
      deletedAt(SchemaBuilder.record("Deletion").fields().requiredString("account"), "deleted_at");

  private static final Schema CUSTOMER =
      SchemaBuilder.record("Customer")
          .fields()
          .requiredString("account")
          .requiredLong("cents")
          .optionalString("name")
          .optionalString("email")
          .endRecord();

  private final NamedCatalog catalog;
  private final long seed;
  private final Map<String, Collection<GenericRecord>> rows = new LinkedHashMap<>();

  SparkTables(NamedCatalog catalog, long seed) {
    this.catalog = catalog;
    this.seed = seed;
  }

  private static Schema deletedAt(SchemaBuilder.FieldAssembler<Schema> fields, String name) {
    return fields
        .name(name)
        .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .endRecord();
  }

  /** Returns the rows by table; of an earlier snapshot by the table with Spark's suffix for it. */
  Map<String, Collection<GenericRecord>> rows() {
    return rows;
  }

  NamedCatalog catalog() {
    return catalog;
  }

  void append(String table, String partitions) {
    LedgerTable to = table(table, Entries.FOR_SPARK);
    rows.put(
        table,
        EntryTables.append(
            partitions.isEmpty() ? to : to.partitionedBy(Partitioning.parse(partitions)),
            entries()));
  }

  void upsert(String table, String partitions) {
    rows.put(table, EntryTables.upsert(keyed(table, partitions), entries(), seed));
  }

  void upsertLive(String table, String partitions, Path folder) {
    rows.put(
        table,
        LiveUpserts.run(folder, keyed(table, partitions), seed, () -> catalog.snapshots(table)));
  }

  /** Makes a table of format version 3. */
  void prepareOfVersion3(String table, String partitions) {
    keyed(table, partitions).prepare();
    try (OpenCatalog open = catalog.catalog().open()) {
      open.table(table).updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
    }
  }

  /** Returns the number of deletion vectors that apply to data files. */
  int deletionVectors(String table) throws IOException {
    int count = 0;
    try (OpenCatalog open = catalog.catalog().open();
        CloseableIterable<FileScanTask> tasks = open.table(table).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        count += (int) task.deletes().stream().filter(ContentFileUtil::isDV).count();
      }
    }
    return count;
  }

  /** Compacts a table; its rows before and after are read. */
  Maintenance compact(String table) {
    String before;
    try (OpenCatalog open = catalog.catalog().open()) {
      before = " version as of " + open.table(table).currentSnapshot().snapshotId();
    }
    rows.put(table + before, rows.get(table));
    return MaintainTable.of(catalog.catalog(), table, MaintenanceRules.standard()).run();
  }

  /** A table that gets two columns after its first rows. */
  void evolve(String table) {
    Schema before = part("note", "exact");
    List<GenericRecord> old = new Entries(seed, before).make(40);
    List<GenericRecord> all = new ArrayList<>();
    for (GenericRecord row : old) {
      GenericRecord later = new GenericData.Record(Entries.FOR_SPARK);
      before.getFields().forEach(field -> later.put(field.name(), row.get(field.pos())));
      all.add(later);
    }
    EntryTables.append(table(table, before), old, "before");
    List<GenericRecord> added = entries().make(40);
    EntryTables.append(table(table, Entries.FOR_SPARK), added, "after");
    all.addAll(added);
    rows.put(table, all);
  }

  /** Appends rows, some of which are then deleted by other means than Weir's. */
  void append(String table, Deletes deletes) {
    append(table, "bucket(3, code)");
    int deleted = deletes.from(catalog, table);
    List<GenericRecord> left = read(table, Entries.FOR_SPARK);
    if (deleted == 0 || left.size() != rows.get(table).size() - deleted) {
      throw new AssertionError(deleted + " rows were deleted, " + left.size() + " are left");
    }
    List<String> others = new ArrayList<>(SparkIT.texts(left));
    SparkIT.texts(rows.get(table)).forEach(others::remove);
    if (!others.isEmpty()) {
      throw new AssertionError("rows that were not written: " + others);
    }
    rows.put(table, left);
  }

  /** Deletes some rows of a table. */
  @FunctionalInterface
  interface Deletes {
    /** Returns how many. */
    int from(NamedCatalog catalog, String table);
  }

  /** Two persons, of whom one is erased after the table's first rows. */
  Maintenance erase() {
    LedgerTable deletions = table("bank.deletions", DELETION).withKey("account");
    LedgerTable customers =
        table("bank.customers", CUSTOMER)
            .withKey("account")
            .withErasure(Erasure.blanking("deletions", "account", "name", "email"));
    GenericRecord alice = customer("alice", "Alice Gone");
    GenericRecord bob = customer("bob", "Bob Remains");
    GenericRecord deletion = new GenericData.Record(DELETION);
    deletion.put("account", "alice");
    deletion.put("deleted_at", 1_767_268_800_000L);
    change(customers, alice, bob);
    change(deletions, deletion);
    Maintenance done =
        MaintainTable.of(catalog.catalog(), "bank.customers", MaintenanceRules.standard()).run();
    alice.put("name", null);
    alice.put("email", null);
    rows.put("bank.customers", List.of(alice, bob));
    rows.put("bank.deletions", List.of(deletion));
    return done;
  }

  private static GenericRecord customer(String account, String name) {
    GenericRecord row = new GenericData.Record(CUSTOMER);
    row.put("account", account);
    row.put("cents", (long) account.length());
    row.put("name", name);
    row.put("email", account + "@bank.test");
    return row;
  }

  private static void change(LedgerTable table, GenericRecord... rows) {
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (GenericRecord row : rows) {
      changes.add(RowChange.upsert(row, new Position(1, changes.size())));
    }
    EntryTables.change(changes, UpsertRows.to(table, "persons"));
  }

  /** Reads a table with Weir's own reader. */
  List<GenericRecord> read(String table, Schema schema) {
    Pipeline pipeline = EntryTables.pipeline();
    Seen<GenericRecord> seen =
        Seen.in(
            pipeline.apply("Read", ReadRows.of(LedgerScan.of(catalog.catalog(), table), schema)));
    pipeline.run().waitUntilFinish();
    return seen.values();
  }

  private static Schema part(String... without) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : Entries.FOR_SPARK.getFields()) {
      if (!List.of(without).contains(field.name())) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    return Schema.createRecord("Entry", null, "dev.weir.test", false, fields);
  }

  private Entries entries() {
    return new Entries(seed, Entries.FOR_SPARK);
  }

  private LedgerTable table(String name, Schema schema) {
    return LedgerTable.of(catalog.catalog(), name, schema);
  }

  private LedgerTable keyed(String name, String partitions) {
    return table(name, Entries.FOR_SPARK)
        .partitionedBy(Partitioning.parse(partitions))
        .withKey(Entries.KEY);
  }
}
