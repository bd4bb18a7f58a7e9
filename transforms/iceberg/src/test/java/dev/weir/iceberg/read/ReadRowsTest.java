package dev.weir.iceberg.read;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Runs;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadRowsTest {
  private static final String NAME = "bank.payments";
  private static final String DATA = "bank/payments/data/";
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final long NOON_MILLIS = NOON.toEpochMilli();
  private static final long DAY = 86_400_000;

  @TempDir Path folder;

  private Warehouse warehouse;
  private Runs runs;

  @BeforeEach
  void openWarehouse() {
    warehouse = new Warehouse(folder);
    runs = new Runs();
  }

  @Test
  void rowsOfEveryTypeComeBackAsTheyWereWritten() {
    List<GenericRecord> rows = EveryColumn.rows(false);
    runs.append(LedgerTable.of(warehouse.catalog(), NAME, EveryColumn.SCHEMA), rows);

    List<GenericRecord> read = read(scan(), EveryColumn.SCHEMA);

    assertThat(plain(read), is(plain(rows)));
  }

  @Test
  void aRecordWithFewerFieldsIsReadFromTheColumnsOfTheSameNames() {
    runs.append(payments(), payment("p1", "a1", 5, NOON_MILLIS));
    Schema few =
        SchemaBuilder.record("Few")
            .fields()
            .requiredLong("cents")
            .name("note")
            .type()
            .stringType()
            .stringDefault("none")
            .requiredString("id")
            .endRecord();

    assertThat(
        texts(read(scan(), few)),
        is(List.of("{\"cents\": 5, \"note\": \"none\", \"id\": \"p1\"}")));
  }

  @Test
  void aTableWithoutASnapshotHasNoRows() {
    payments().prepare();

    assertThat(read(scan(), Payments.SCHEMA), is(empty()));
  }

  @Test
  void theRangeBeginsWithItsFirstTimeAndEndsBeforeItsLast() {
    runs.append(
        payments().partitionedBy(Partitioning.parse("days(ts)")),
        payment("before", "a", 1, NOON_MILLIS - 1),
        payment("first", "a", 2, NOON_MILLIS),
        payment("nextDay", "a", 3, NOON_MILLIS + DAY),
        payment("last", "a", 4, NOON_MILLIS + 2 * DAY - 1),
        payment("after", "a", 5, NOON_MILLIS + 2 * DAY));

    LedgerScan range = scan().between("ts", NOON, NOON.plusMillis(2 * DAY));

    assertThat(ids(read(range, Payments.SCHEMA)), containsInAnyOrder("first", "nextDay", "last"));
  }

  @Test
  void theStartOfTheRangeIsExactToTheMicrosecond() {
    runs.append(
        payments(), payment("p1", "a", 1, NOON_MILLIS), payment("p2", "a", 2, NOON_MILLIS + 1));

    LedgerScan range = scan().between("ts", NOON.plusNanos(1), NOON.plusMillis(1).plusNanos(1));

    assertThat(ids(read(range, Payments.SCHEMA)), is(List.of("p2")));
  }

  @Test
  void theRangeMayExceedTheTimesOfATable() {
    runs.append(payments(), payment("p1", "a", 1, NOON_MILLIS));

    LedgerScan range = scan().between("ts", Instant.MIN, Instant.MAX);

    assertThat(ids(read(range, Payments.SCHEMA)), is(List.of("p1")));
  }

  @Test
  void theRangeMayUseAColumnThatTheRecordDoesNotHave() {
    runs.append(
        payments(), payment("p1", "a", 1, NOON_MILLIS), payment("p2", "a", 2, NOON_MILLIS + 1));
    Schema ids = SchemaBuilder.record("Id").fields().requiredString("id").endRecord();

    LedgerScan range = scan().between("ts", NOON, NOON.plusMillis(1));

    assertThat(texts(read(range, ids)), is(List.of("{\"id\": \"p1\"}")));
  }

  @Test
  void daysOutsideTheRangeAreNotOpened() throws Exception {
    runs.append(
        payments().partitionedBy(Partitioning.parse("days(ts)")),
        payment("p1", "a", 1, NOON_MILLIS),
        payment("p2", "a", 2, NOON_MILLIS + 3 * DAY));
    try (var files = Files.newDirectoryStream(folder.resolve(DATA + "ts_day=2026-01-04"))) {
      for (Path file : files) {
        Files.delete(file);
      }
    }

    LedgerScan range = scan().between("ts", NOON, NOON.plusMillis(1));

    assertThat(ids(read(range, Payments.SCHEMA)), is(List.of("p1")));
  }

  @Test
  void anEarlierSnapshotIsReadWithItsRowsAndItsColumns() throws Exception {
    runs.append(payments(), payment("p1", "a", 1, NOON_MILLIS));
    long first = warehouse.load(NAME).currentSnapshot().snapshotId();
    Instant then = Instant.ofEpochMilli(warehouse.load(NAME).currentSnapshot().timestampMillis());
    while (System.currentTimeMillis() <= then.toEpochMilli()) {
      Thread.onSpinWait();
    }
    runs.append(
        LedgerTable.of(warehouse.catalog(), NAME, withNote()),
        note("p2", "a", 2, NOON_MILLIS, "x"));

    assertThat(ids(read(scan().asOfSnapshot(first), Payments.SCHEMA)), is(List.of("p1")));
    assertThat(ids(read(scan().asOfTime(then), Payments.SCHEMA)), is(List.of("p1")));
    assertThat(ids(read(scan(), withNote())), containsInAnyOrder("p1", "p2"));
    LedgerException missing = refused(scan().asOfSnapshot(first), withNoteOnly());
    assertThat(missing.getMessage(), is("table " + NAME + " has no column note"));
  }

  @Test
  void aColumnThatNoRowHasYetIsNull() {
    runs.append(payments(), payment("p1", "a", 1, NOON_MILLIS));
    LedgerTable.of(warehouse.catalog(), NAME, withNote()).prepare();

    assertThat(texts(read(scan(), withNoteOnly())), is(List.of("{\"note\": null}")));
  }

  @Test
  void rowsCommittedAfterThePipelineIsBuiltAreNotRead() {
    runs.append(payments(), payment("p1", "a", 1, NOON_MILLIS));
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<GenericRecord> seen =
        Seen.in(pipeline.apply("Read", ReadRows.of(scan(), Payments.SCHEMA)));
    runs.append(payments(), payment("p2", "a", 2, NOON_MILLIS));

    Pipelines.run(pipeline);

    assertThat(ids(seen.values()), is(List.of("p1")));
  }

  @Test
  void rowsThatAreReplacedOrDeletedByKeyAreNotRead() {
    LedgerTable table =
        payments().withKey("id", "ts").partitionedBy(Partitioning.parse("days(ts)"));
    runs.change(table, List.of(upsert("p1", 1, 1), upsert("p2", 2, 1), upsert("p3", 3, 1)));
    runs.change(table, List.of(upsert("p1", 10, 2), delete("p2", 2)));
    runs.change(table, List.of(upsert("p2", 20, 3)));
    runs.change(table, List.of(upsert("p1", 100, 4)));

    assertThat(
        centsById(read(scan(), Payments.SCHEMA)), is(Map.of("p1", 100L, "p2", 20L, "p3", 3L)));
  }

  @Test
  void keysNeedNotBeAmongTheFieldsOfTheRecord() {
    LedgerTable table = payments().withKey("id");
    runs.change(table, List.of(upsert("p1", 1, 1), upsert("p2", 2, 1)));
    runs.change(table, List.of(upsert("p1", 10, 2)));
    Schema cents = SchemaBuilder.record("Cents").fields().requiredLong("cents").endRecord();

    assertThat(texts(read(scan(), cents)), containsInAnyOrder("{\"cents\": 10}", "{\"cents\": 2}"));
  }

  @Test
  void aFileThatIsReadInPartsIsReadOnce() {
    LedgerTable description = payments();
    description
        .prepare()
        .updateProperties()
        .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "4000")
        .set(TableProperties.SPLIT_SIZE, "3000")
        .set(TableProperties.SPLIT_OPEN_FILE_COST, "1")
        .commit();
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < 4_000; n++) {
      rows.add(payment("p" + n * 7919, "a" + n, n, NOON_MILLIS + n));
    }
    runs.append(description, rows);
    List<Object> tasks = new ArrayList<>();
    new PinnedScan(scan(), Payments.SCHEMA).plan(tasks::add);

    List<GenericRecord> read = read(scan(), Payments.SCHEMA);

    assertThat(tasks.size() > 3, is(true));
    assertThat(
        read.stream().map(row -> row.get("cents")).sorted().toList(),
        is(LongStream.range(0, 4_000).boxed().toList()));
  }

  @Test
  void aMissingTableOrColumnIsAnErrorBeforeAnythingRuns() {
    runs.append(payments(), payment("p1", "a", 1, NOON_MILLIS));

    assertThat(
        refused(LedgerScan.of(warehouse.catalog(), "bank.none"), Payments.SCHEMA).getMessage(),
        is("table bank.none does not exist"));
    assertThat(
        refused(scan().asOfSnapshot(42), Payments.SCHEMA).getMessage(),
        is("table bank.payments has no snapshot 42"));
    assertThat(
        refused(scan().asOfTime(Instant.EPOCH), Payments.SCHEMA).getMessage(),
        is("table bank.payments has no snapshot that was current at 1970-01-01T00:00:00Z"));
    assertThat(
        refused(scan().between("when", NOON, NOON.plusSeconds(1)), Payments.SCHEMA).getMessage(),
        is("table bank.payments has no column when"));
    assertThat(
        refused(scan().between("cents", NOON, NOON.plusSeconds(1)), Payments.SCHEMA).getMessage(),
        is("table bank.payments, column cents is long, not a timestamp"));
    assertThat(
        refused(scan(), SchemaBuilder.record("R").fields().requiredInt("rate").endRecord())
            .getMessage(),
        is("table bank.payments has no column rate"));
    assertThat(
        refused(scan(), SchemaBuilder.record("R").fields().requiredInt("cents").endRecord())
            .getMessage(),
        is("table bank.payments, column cents is long and cannot be read as int"));
    assertThat(
        assertThrows(LedgerException.class, () -> scan().between("ts", NOON, NOON)).getMessage(),
        containsString("the time range is empty"));
  }

  @Test
  void aMissingNestedColumnIsAnErrorToo() {
    LedgerTable.of(warehouse.catalog(), NAME, EveryColumn.SCHEMA).prepare();
    Schema other =
        SchemaBuilder.record("Other")
            .fields()
            .name("inners")
            .type()
            .array()
            .items(SchemaBuilder.record("Item").fields().requiredString("unknown").endRecord())
            .noDefault()
            .endRecord();

    assertThat(
        refused(scan(), other).getMessage(),
        is("table bank.payments has no column inners[].unknown"));
  }

  @Test
  void aNullInARequiredFieldFailsThePipelineAndNamesTheRow() {
    runs.append(
        LedgerTable.of(warehouse.catalog(), NAME, withNote()),
        note("p1", "a", 1, NOON_MILLIS, null));
    Schema required = SchemaBuilder.record("R").fields().requiredString("note").endRecord();
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline.apply("Read", ReadRows.of(scan(), required));

    RuntimeException failure = assertThrows(RuntimeException.class, () -> Pipelines.run(pipeline));

    assertThat(failure.getCause().getMessage(), containsString("table bank.payments, row 0 of "));
    assertThat(failure.getCause().getMessage(), containsString("note is null"));
  }

  private LedgerTable payments() {
    return LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA);
  }

  private LedgerScan scan() {
    return LedgerScan.of(warehouse.catalog(), NAME);
  }

  private static RowChange<GenericRecord> upsert(String id, long cents, long position) {
    return RowChange.upsert(payment(id, "a", cents, NOON_MILLIS), new Position(position, 0));
  }

  private static RowChange<GenericRecord> delete(String id, long position) {
    return RowChange.delete(payment(id, "a", 0, NOON_MILLIS), new Position(position, 0));
  }

  private List<GenericRecord> read(LedgerScan scan, Schema schema) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<GenericRecord> seen = Seen.in(pipeline.apply("Read", ReadRows.of(scan, schema)));
    Pipelines.run(pipeline);
    return seen.values();
  }

  private static LedgerException refused(LedgerScan scan, Schema schema) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    return assertThrows(
        LedgerException.class, () -> pipeline.apply("Read", ReadRows.of(scan, schema)));
  }

  private static Set<Object> plain(List<GenericRecord> rows) {
    return rows.stream().map(EveryColumn::plain).collect(Collectors.toSet());
  }

  private static List<String> ids(List<GenericRecord> rows) {
    return rows.stream().map(row -> row.get("id").toString()).toList();
  }

  private static List<String> texts(List<GenericRecord> rows) {
    return rows.stream().map(Object::toString).toList();
  }

  private static Map<String, Long> centsById(List<GenericRecord> rows) {
    return rows.stream()
        .collect(Collectors.toMap(row -> row.get("id").toString(), row -> (Long) row.get("cents")));
  }

  private static Schema withNote() {
    return SchemaBuilder.record("Payment")
        .fields()
        .requiredString("id")
        .requiredString("account")
        .requiredLong("cents")
        .name("ts")
        .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .name("note")
        .type()
        .nullable()
        .stringType()
        .noDefault()
        .endRecord();
  }

  private static Schema withNoteOnly() {
    return SchemaBuilder.record("Note")
        .fields()
        .name("note")
        .type()
        .nullable()
        .stringType()
        .noDefault()
        .endRecord();
  }

  private static GenericRecord note(String id, String account, long cents, long ts, String note) {
    GenericRecord row = new GenericData.Record(withNote());
    row.put("id", id);
    row.put("account", account);
    row.put("cents", cents);
    row.put("ts", ts);
    row.put("note", note);
    return row;
  }
}
