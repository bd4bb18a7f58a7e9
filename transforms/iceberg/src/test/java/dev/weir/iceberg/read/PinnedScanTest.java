package dev.weir.iceberg.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.iceberg.testing.OtherEngine;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.record.UnreadableRecord;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables written by another engine are read with the same meaning. */
class PinnedScanTest {
  private static final String NAME = "lake.pairs";
  private static final org.apache.iceberg.Schema COLUMNS =
      new org.apache.iceberg.Schema(
          NestedField.required(1, "id", Types.StringType.get()),
          NestedField.required(2, "part", Types.StringType.get()));
  private static final Schema PAIR =
      SchemaBuilder.record("Pair").fields().requiredString("id").requiredString("part").endRecord();

  @TempDir Path folder;

  private Warehouse warehouse;

  @BeforeEach
  void openWarehouse() {
    warehouse = new Warehouse(folder);
  }

  @Test
  void aDeleteReachesTheRowsOfItsPartitionOnly() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS, "part");
    OtherEngine engine = new OtherEngine(table);
    table
        .newAppend()
        .appendFile(engine.rows(engine.row("x", "A"), engine.row("y", "A")))
        .appendFile(engine.rows(engine.row("x", "B"), engine.row("y", "B")))
        .commit();
    table
        .newRowDelta()
        .addDeletes(engine.deletesBy("id", engine.row("x", "A")))
        .addDeletes(engine.deletesBy("id", engine.row("y", "B")))
        .commit();

    assertThat(pairs(), containsInAnyOrder("y A", "x B"));
  }

  @Test
  void aDeleteDoesNotReachRowsOfItsOwnCommitOrLaterOnes() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS);
    OtherEngine engine = new OtherEngine(table);
    table.newAppend().appendFile(engine.rows(engine.row("x", "1"), engine.row("y", "1"))).commit();
    table
        .newRowDelta()
        .addRows(engine.rows(engine.row("x", "2"), engine.row("y", "2")))
        .addDeletes(engine.deletesBy("id", engine.row("x", "?")))
        .commit();
    table.newAppend().appendFile(engine.rows(engine.row("x", "3"), engine.row("y", "3"))).commit();
    table.newRowDelta().addDeletes(engine.deletesBy("id", engine.row("y", "?"))).commit();

    assertThat(pairs(), containsInAnyOrder("x 2", "x 3"));
  }

  @Test
  void deletesByDifferentColumnsAllApply() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS);
    OtherEngine engine = new OtherEngine(table);
    table
        .newAppend()
        .appendFile(engine.rows(engine.row("x", "A"), engine.row("y", "A"), engine.row("z", "B")))
        .commit();
    table.newRowDelta().addDeletes(engine.deletesBy("id", engine.row("x", "?"))).commit();
    table.newRowDelta().addDeletes(engine.deletesBy("part", engine.row("?", "B"))).commit();

    assertThat(pairs(), is(List.of("y A")));
  }

  @Test
  void rowsDeletedByPositionAreNotRead() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS);
    OtherEngine engine = new OtherEngine(table);
    DataFile file = engine.rows(engine.row("x", "A"), engine.row("y", "A"), engine.row("z", "A"));
    DataFile untouched = engine.rows(engine.row("u", "A"), engine.row("v", "A"));
    table.newAppend().appendFile(file).appendFile(untouched).commit();
    table.newRowDelta().addDeletes(engine.deletesAt(file, 1)).commit();

    assertThat(pairs(), containsInAnyOrder("x A", "z A", "u A", "v A"));
  }

  @Test
  void rowsDeletedByAVectorAreNotRead() {
    Table table = OtherEngine.create(warehouse, NAME, "3", COLUMNS);
    OtherEngine engine = new OtherEngine(table);
    DataFile file = engine.rows(engine.row("x", "A"), engine.row("y", "A"), engine.row("z", "A"));
    table.newAppend().appendFile(file).commit();
    table.newRowDelta().addDeletes(engine.deletionVector(file, 0, 2)).commit();

    assertThat(pairs(), is(List.of("y A")));
  }

  /** Otherwise each of the tasks would read all of the deletes. */
  @Test
  void filesWithTheSameDeletesAreReadByOneTaskAndOthersAreSpread() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS, "part");
    table.updateProperties().set(TableProperties.SPLIT_OPEN_FILE_COST, "100000000").commit();
    OtherEngine engine = new OtherEngine(table);
    for (int n = 0; n < 3; n++) {
      table.newAppend().appendFile(engine.rows(engine.row("x", "A"))).commit();
      table.newAppend().appendFile(engine.rows(engine.row("x", "B"))).commit();
    }
    table.newRowDelta().addDeletes(engine.deletesBy("id", engine.row("x", "A"))).commit();
    List<Integer> files = new ArrayList<>();

    scan(PAIR).plan(task -> files.add(task.files().size()));

    assertThat(files, containsInAnyOrder(3, 1, 1, 1));
    assertThat(pairs(), is(List.of("x B", "x B", "x B")));
  }

  @Test
  void aNarrowerColumnIsReadAsTheWiderField() {
    Table table =
        OtherEngine.create(
            warehouse,
            NAME,
            "2",
            new org.apache.iceberg.Schema(
                NestedField.required(1, "whole", Types.IntegerType.get()),
                NestedField.required(2, "real", Types.FloatType.get()),
                NestedField.required(3, "money", Types.DecimalType.of(5, 2))));
    OtherEngine engine = new OtherEngine(table);
    table
        .newAppend()
        .appendFile(engine.rows(engine.row(7, 0.5f, new BigDecimal("-1.25"))))
        .commit();
    Schema wider =
        SchemaBuilder.record("Wider")
            .fields()
            .requiredLong("whole")
            .requiredDouble("real")
            .name("money")
            .type(LogicalTypes.decimal(20, 2).addToSchema(Schema.create(Schema.Type.BYTES)))
            .noDefault()
            .endRecord();

    GenericRecord read = read(wider).get(0);

    assertThat(read.get("whole"), is(7L));
    assertThat(read.get("real"), is(0.5));
    assertThat(read.get("money"), is(ByteBuffer.wrap(new byte[] {-125})));
  }

  @Test
  void aTimeWithoutAZoneIsTakenAsUtc() {
    Table table =
        OtherEngine.create(
            warehouse,
            NAME,
            "2",
            new org.apache.iceberg.Schema(
                NestedField.optional(1, "id", Types.StringType.get()),
                NestedField.optional(2, "part", Types.TimestampType.withoutZone())));
    OtherEngine engine = new OtherEngine(table);
    LocalDateTime noon = LocalDateTime.parse("2026-01-01T12:00");
    table
        .newAppend()
        .appendFile(
            engine.rows(
                engine.row("before", noon.minusNanos(1_000)),
                engine.row("first", noon),
                engine.row("never", null)))
        .commit();
    Instant from = Instant.parse("2026-01-01T12:00:00Z");
    Schema ids = SchemaBuilder.record("Id").fields().requiredString("id").endRecord();

    List<GenericRecord> read =
        read(
            new PinnedScan(
                LedgerScan.of(warehouse.catalog(), NAME).between("part", from, from.plusSeconds(1)),
                ids));

    assertThat(read.stream().map(row -> row.get("id").toString()).toList(), is(List.of("first")));
  }

  @Test
  void aDecimalOfMoreDigitsThanTheFieldIsAnError() {
    OtherEngine.create(
        warehouse,
        NAME,
        "2",
        new org.apache.iceberg.Schema(
            NestedField.required(1, "money", Types.DecimalType.of(12, 2))));
    Schema narrower =
        SchemaBuilder.record("Narrower")
            .fields()
            .name("money")
            .type(LogicalTypes.decimal(10, 2).addToSchema(Schema.create(Schema.Type.BYTES)))
            .noDefault()
            .endRecord();

    LedgerException error = assertThrows(LedgerException.class, () -> scan(narrower));

    assertThat(
        error.getMessage(),
        is(
            "table lake.pairs, column money is decimal(12, 2) and cannot be read as"
                + " decimal(10, 2)"));
  }

  @Test
  void aFileThatIsNotParquetIsAnError() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS);
    OtherEngine engine = new OtherEngine(table, FileFormat.AVRO);
    table.newAppend().appendFile(engine.rows(engine.row("x", "A"))).commit();

    LedgerException error = assertThrows(LedgerException.class, () -> read(PAIR));

    assertThat(error.getMessage(), containsString("only Parquet files can be read"));
  }

  @Test
  void aSnapshotThatExpiresBeforeThePlanningIsAnError() {
    Table table = OtherEngine.create(warehouse, NAME, "2", COLUMNS);
    OtherEngine engine = new OtherEngine(table);
    table.newAppend().appendFile(engine.rows(engine.row("x", "A"))).commit();
    PinnedScan scan = scan(PAIR);
    long snapshot = table.currentSnapshot().snapshotId();
    table.newAppend().appendFile(engine.rows(engine.row("y", "A"))).commit();
    table.expireSnapshots().expireSnapshotId(snapshot).commit();

    LedgerException error = assertThrows(LedgerException.class, () -> scan.plan(task -> {}));

    assertThat(error.getMessage(), containsString("has expired since this job was started"));
  }

  private PinnedScan scan(Schema record) {
    return SerializableUtils.ensureSerializable(
        new PinnedScan(LedgerScan.of(warehouse.catalog(), NAME), record));
  }

  private List<GenericRecord> read(Schema record) {
    return read(scan(record));
  }

  private static List<GenericRecord> read(PinnedScan scan) {
    RowRecords records = scan.records();
    List<GenericRecord> read = new ArrayList<>();
    try (OpenTable open = scan.open()) {
      scan.plan(
          task ->
              scan.read(
                  open,
                  task,
                  (file, position, row) -> {
                    try {
                      read.add(records.record(row));
                    } catch (UnreadableRecord e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    return read;
  }

  private List<String> pairs() {
    return read(PAIR).stream().map(row -> row.get("id") + " " + row.get("part")).toList();
  }
}
