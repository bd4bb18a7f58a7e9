package dev.weir.iceberg.write;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.FailingCatalog;
import dev.weir.iceberg.testing.FaultyOperations;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.testing.Invoice;
import dev.weir.iceberg.testing.InvoiceStatus;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.testing.Pipelines;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.joda.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppendRowsTest {
  private static final String NAME = "bank.payments";

  @TempDir Path folder;
  private Warehouse warehouse;
  private LedgerTable table;

  @BeforeEach
  void emptyWarehouse() {
    warehouse = new Warehouse(folder);
    table = LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA);
  }

  @Test
  void rowsOfAllTypesAreReadBack() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(Create.of(EveryColumn.rows(false)).withCoder(AvroCoder.of(EveryColumn.SCHEMA)))
        .apply(
            AppendRows.to(
                LedgerTable.of(warehouse.catalog(), "bank.all", EveryColumn.SCHEMA), "run"));
    Pipelines.run(pipeline);

    Map<Object, Object> wanted = new TreeMap<>();
    EveryColumn.rows(true).forEach(row -> wanted.put(row.get("id"), EveryColumn.plain(row)));
    Map<Object, Object> found = new TreeMap<>();
    List<Record> rows = warehouse.read("bank.all");
    rows.forEach(row -> found.put(row.getField("id"), EveryColumn.plain(row)));
    assertThat(found, is(wanted));
    assertThat(rows, hasSize(wanted.size()));
  }

  @Test
  void generatedRecordsAreAcceptedAsRows() {
    Invoice invoice =
        Invoice.newBuilder()
            .setId("i1")
            .setStatus(InvoiceStatus.PAID)
            .setAmount(new BigDecimal("-0.50"))
            .setRate(0.5)
            .setDiscount(null)
            .setTs(Instant.parse("1969-12-31T23:59:59.999Z"))
            .build();
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(Create.of(invoice).withCoder(SingleObjectCoder.of(Invoice.class)))
        .apply(
            AppendRows.to(
                LedgerTable.of(warehouse.catalog(), "bank.d", Invoice.getClassSchema())
                    .partitionedBy(Partitioning.parse("days(ts), status")),
                "run"));
    Pipelines.run(pipeline);

    Record row = warehouse.read("bank.d").get(0);
    assertThat(row.getField("status"), is("PAID"));
    assertThat(row.getField("amount"), is(new BigDecimal("-0.50")));
    assertThat(row.getField("ts"), is(invoice.getTs().atOffset(ZoneOffset.UTC)));
    assertThat(row.getField("discount"), is(nullValue()));
  }

  @Test
  void aRunIsOneCommitWithOneFilePerPartition() {
    table = table.partitionedBy(Partitioning.parse("account, days(ts)"));
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < 3_000; n++) {
      rows.add(payment("p" + n, List.of("a/b", "", "ü", "a b").get(n % 4), n, n % 2 * -1L));
    }
    Collections.shuffle(rows, new Random(7));

    PipelineResult result = run("run-1", rows);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
    Snapshot snapshot = warehouse.snapshots(NAME).get(0);
    assertThat(snapshot.summary().get("added-data-files"), is("4"));
    assertThat(snapshot.summary().get("weir.sink"), is("run-1"));
    assertThat(filesInTheTable(), is(OnDisk.filesIn(folder)));
    assertThat(Pipelines.count(result, "ledger_rows"), is(3_000L));
    for (String account : List.of("a/b", "", "ü", "a b")) {
      assertThat(
          warehouse.read(NAME, scan -> scan.where(Expressions.equal("account", account))),
          hasSize(750));
    }
  }

  @Test
  void severalWritersShareAPartition() {
    List<GenericRecord> rows = payments(1_000);

    run(AppendRows.<GenericRecord>to(table, "run").withWritersPerPartition(3), rows);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
    assertThat(filesInTheTable(), hasSize(3));
  }

  @Test
  void aLargeRunIsSplitIntoCommitsOfAboutTheSameSize() {
    table = table.partitionedBy(Partitioning.parse("account"));
    List<GenericRecord> rows = payments(2_000);

    PipelineResult result =
        run(AppendRows.<GenericRecord>to(table, "run").withRowsPerCommit(200), rows);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    List<Long> added =
        warehouse.snapshots(NAME).stream()
            .map(snapshot -> Long.parseLong(snapshot.summary().get("added-records")))
            .toList();
    assertThat(added, hasSize(10));
    assertThat(added, everyItem(is(allOf(greaterThan(140L), lessThan(260L)))));
    assertThat(Pipelines.count(result, "ledger_rows"), is(2_000L));
    assertThat(remembered("run").digests(), hasSize(10));
  }

  @Test
  void thereAreNeverMoreThanAThousandCommits() {
    List<GenericRecord> rows = payments(3);

    run(AppendRows.<GenericRecord>to(table, "one").withRowsPerCommit(Long.MAX_VALUE), rows);
    run(AppendRows.<GenericRecord>to(table, "each").withRowsPerCommit(1), rows);

    assertThat(remembered("one").commits(), is(1));
    assertThat(remembered("each").commits(), is(allOf(greaterThan(0), lessThan(4))));
    assertThat(warehouse.read(NAME), hasSize(6));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 70})
  void aRerunChangesNothingAndCleansUpAfterItself(long rowsPerCommit) {
    table = table.partitionedBy(Partitioning.parse("account"));
    List<GenericRecord> rows = payments(200);
    run(append("run", rowsPerCommit), rows);
    String before = metadata();
    Set<String> files = OnDisk.filesIn(folder);

    Collections.shuffle(rows, new Random(7));
    PipelineResult again = run(append("run", rowsPerCommit), rows);

    assertThat(metadata(), is(before));
    assertThat(OnDisk.filesIn(folder), is(files));
    assertThat(Pipelines.count(again, "ledger_rows"), is(0L));
    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
  }

  @Test
  void aRerunWithMoreWritersChangesNothing() {
    List<GenericRecord> rows = payments(200);
    run("run", rows);
    String before = metadata();

    run(AppendRows.<GenericRecord>to(table, "run").withWritersPerPartition(4), rows);

    assertThat(metadata(), is(before));
  }

  @Test
  void aRunUnderAnotherSinkIdIsAnotherRun() {
    List<GenericRecord> rows = payments(50);
    run("monday", rows);
    run("tuesday", rows);

    assertThat(warehouse.read(NAME), hasSize(100));
    assertThat(warehouse.snapshots(NAME), hasSize(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50})
  void aRerunWithDifferentRowsIsAnErrorAndChangesNothing(long rowsPerCommit) {
    List<GenericRecord> rows = payments(100);
    run(append("run", rowsPerCommit), rows);
    String before = metadata();
    List<GenericRecord> more = new ArrayList<>(rows);
    more.add(payment("p100", "a", 1, 0));
    List<GenericRecord> other = new ArrayList<>(rows);
    other.set(5, payment("p5", "a", 6, 0));
    List<GenericRecord> swapped = new ArrayList<>(rows);
    swapped.set(5, payment("p5", account(5), 6, 0));
    swapped.set(6, payment("p6", account(6), 5, 0));
    List<GenericRecord> twice = new ArrayList<>(rows);
    twice.add(rows.get(0));

    for (List<GenericRecord> wrong :
        List.of(more, other, swapped, twice, rows.subList(0, 99), rows.subList(0, 1))) {
      Throwable failure = failureOf(append("run", rowsPerCommit), wrong);
      assertThat(failure, is(instanceOf(LedgerException.class)));
      assertThat(
          failure.getMessage(),
          allOf(
              containsString("sink run has already written other rows to table "),
              containsString("bank.payments"),
              containsString(
                  "a rerun needs the same input and settings, and a new run needs another"
                      + " --sinkId")));
      assertThat(metadata(), is(before));
    }
  }

  @Test
  void aRerunOfOnlyTheFirstCommitsRowsIsAnError() {
    List<GenericRecord> rows = payments(60);
    run(append("run", 20), rows);
    List<GenericRecord> first = ofFirstCommit(rows);
    assertThat(first.size(), is(lessThan(60)));

    assertThat(failureOf(append("run", 60), first), is(instanceOf(LedgerException.class)));
  }

  @Test
  void aRerunWithADifferentSplitIsAnError() {
    List<GenericRecord> rows = payments(60);
    run(append("run", 20), rows);

    assertThat(failureOf(append("run", 30), rows), is(instanceOf(LedgerException.class)));
    assertThat(failureOf(append("run", 0), rows), is(instanceOf(LedgerException.class)));
    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aRerunCompletesARunThatDiedBetweenItsCommits(int commitsMade) {
    List<GenericRecord> rows = payments(100);
    table.prepare();

    Throwable death =
        failureOf(
            append(in(FailingCatalog.in(folder, commitsMade, Fault.BEFORE)), "run", 20), rows);
    assertThat(death, is(instanceOf(FaultyOperations.Killed.class)));
    assertThat(warehouse.snapshots(NAME), hasSize(commitsMade));

    PipelineResult rerun = run(append("run", 20), rows);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    assertThat(warehouse.snapshots(NAME), hasSize(5));
    long missing =
        warehouse.snapshots(NAME).stream()
            .skip(commitsMade)
            .mapToLong(snapshot -> Long.parseLong(snapshot.summary().get("added-records")))
            .sum();
    assertThat(Pipelines.count(rerun, "ledger_rows"), is(missing));
    String done = metadata();
    run(append("run", 20), rows);
    assertThat(metadata(), is(done));
  }

  @Test
  void aRerunOfARunThatDiedNeedsTheSameRows() {
    List<GenericRecord> rows = payments(100);
    table.prepare();
    failureOf(append(in(FailingCatalog.in(folder, 2, Fault.BEFORE)), "run", 20), rows);
    String before = metadata();

    rows.remove(ofFirstCommit(rows).get(0));
    assertThat(failureOf(append("run", 20), rows), is(instanceOf(LedgerException.class)));
    assertThat(metadata(), is(before));
  }

  @Test
  void aCommitWhoseResponseWasLostIsNotMadeAgain() {
    List<GenericRecord> rows = payments(100);
    table.prepare();
    failureOf(append(in(FailingCatalog.in(folder, 2, Fault.RESPONSE_LOST)), "run", 20), rows);
    assertThat(warehouse.snapshots(NAME), hasSize(3));

    run(append("run", 20), rows);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    assertThat(warehouse.snapshots(NAME), hasSize(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10})
  void noRowsMakeNoCommit(long rowsPerCommit) {
    String before = metadata(table.prepare());

    PipelineResult result = run(append("run", rowsPerCommit), List.of());

    assertThat(metadata(), is(before));
    assertThat(Pipelines.count(result, "ledger_rows"), is(0L));
    assertThat(OnDisk.filesIn(folder), is(Set.of()));
  }

  @Test
  void twoSinksOfOnePipelineShareATable() {
    List<GenericRecord> some = payments(20);
    List<GenericRecord> others = List.of(payment("x1", "a", 1, 0), payment("x2", "b", 2, 0));
    Pipeline pipeline = Pipelines.onDirectRunner();
    rows(pipeline, "Some", some).apply("KeepSome", AppendRows.to(table, "some"));
    rows(pipeline, "Others", others).apply("KeepOthers", AppendRows.to(table, "others"));
    Pipelines.run(pipeline);

    List<GenericRecord> all = new ArrayList<>(some);
    all.addAll(others);
    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(all)));
    assertThat(warehouse.snapshots(NAME), hasSize(2));
  }

  @ParameterizedTest
  @EnumSource(Windows.class)
  void windowsAndTriggersOfTheInputAreIgnored(Windows windows) {
    List<GenericRecord> rows = payments(100);
    Pipeline pipeline = Pipelines.onDirectRunner();
    windows.of(rows(pipeline, "Rows", rows)).apply(append("run", 0));
    Pipelines.run(pipeline);

    assertThat(Payments.centsById(warehouse.read(NAME)), is(centsOf(rows)));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
  }

  enum Windows {
    OF_A_SECOND {
      @Override
      PCollection<GenericRecord> of(PCollection<GenericRecord> rows) {
        return rows.apply(Window.into(FixedWindows.of(Duration.standardSeconds(1))));
      }
    },
    TRIGGERED_BY_EACH_ROW {
      @Override
      PCollection<GenericRecord> of(PCollection<GenericRecord> rows) {
        return rows.apply(
            Window.<GenericRecord>into(FixedWindows.of(Duration.standardSeconds(1)))
                .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(Duration.ZERO)
                .accumulatingFiredPanes());
      }
    };

    abstract PCollection<GenericRecord> of(PCollection<GenericRecord> rows);
  }

  @Test
  void aTableThatDoesNotFitIsAnErrorBeforeThePipelineRuns() {
    table.partitionedBy(Partitioning.parse("account")).prepare();
    Pipeline pipeline = Pipelines.onDirectRunner();
    PCollection<GenericRecord> rows = rows(pipeline, "Rows", payments(1));

    assertThrows(LedgerException.class, () -> rows.apply(AppendRows.to(table, "run")));
  }

  @Test
  void settingsAreChecked() {
    AppendRows<GenericRecord> append = AppendRows.to(table, "run");

    assertThrows(LedgerException.class, () -> AppendRows.to(table, "no id"));
    for (int wrong : new int[] {0, -1}) {
      assertThat(
          assertThrows(IllegalArgumentException.class, () -> append.withWritersPerPartition(wrong))
              .getMessage(),
          is("writers per partition must be above 0, not " + wrong));
      assertThat(
          assertThrows(IllegalArgumentException.class, () -> append.withRowsPerCommit(wrong))
              .getMessage(),
          is("rows per commit must be above 0, not " + wrong));
    }
  }

  @Test
  void theTablesRecordsAreReadableByTheNextVersion() {
    run("run", payments(5));

    RunRecord record = remembered("run");
    assertThat(record.commits(), is(1));
    assertThat(record.digests(), hasSize(1));
    assertThat(record.digests().get(0), is(not(0L)));
    assertThat(RunRecord.parse(record.toJson().replace("{", "{\"new\":1,")), is(record));
  }

  private List<GenericRecord> ofFirstCommit(List<GenericRecord> rows) {
    long oldest = warehouse.snapshots(NAME).get(0).snapshotId();
    Set<String> ids = new HashSet<>();
    warehouse
        .read(NAME, scan -> scan.useSnapshot(oldest))
        .forEach(row -> ids.add(row.getField("id").toString()));
    return rows.stream().filter(row -> ids.contains(row.get("id").toString())).toList();
  }

  private LedgerTable in(LedgerCatalog catalog) {
    return LedgerTable.of(catalog, NAME, Payments.SCHEMA);
  }

  private AppendRows<GenericRecord> append(String sinkId, long rowsPerCommit) {
    return append(table, sinkId, rowsPerCommit);
  }

  private static AppendRows<GenericRecord> append(
      LedgerTable table, String sinkId, long rowsPerCommit) {
    AppendRows<GenericRecord> append = AppendRows.to(table, sinkId);
    return rowsPerCommit == 0 ? append : append.withRowsPerCommit(rowsPerCommit);
  }

  private PipelineResult run(String sinkId, List<GenericRecord> rows) {
    return run(AppendRows.to(table, sinkId), rows);
  }

  private static PipelineResult run(AppendRows<GenericRecord> append, List<GenericRecord> rows) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    rows(pipeline, "Rows", rows).apply(append);
    return Pipelines.run(pipeline);
  }

  private static Throwable failureOf(AppendRows<GenericRecord> append, List<GenericRecord> rows) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    rows(pipeline, "Rows", rows).apply(append);
    return Pipelines.failureOf(pipeline);
  }

  private static PCollection<GenericRecord> rows(
      Pipeline pipeline, String name, List<GenericRecord> rows) {
    return pipeline.apply(name, Create.of(rows).withCoder(AvroCoder.of(Payments.SCHEMA)));
  }

  private static List<GenericRecord> payments(int count) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(payment("p" + n, account(n), n, 0));
    }
    return rows;
  }

  private static String account(int n) {
    return "account " + n % 2;
  }

  private static Map<String, Long> centsOf(List<GenericRecord> rows) {
    Map<String, Long> cents = new TreeMap<>();
    rows.forEach(row -> cents.put(row.get("id").toString(), (Long) row.get("cents")));
    return cents;
  }

  private RunRecord remembered(String sinkId) {
    return RunRecord.parse(warehouse.load(NAME).properties().get(RunRecord.property(sinkId)));
  }

  private Set<String> filesInTheTable() {
    Table loaded = warehouse.load(NAME);
    Set<String> files = new TreeSet<>();
    for (DataFile file : loaded.currentSnapshot().addedDataFiles(loaded.io())) {
      files.add(file.location());
    }
    return files;
  }

  private String metadata() {
    return metadata(warehouse.load(NAME));
  }

  private static String metadata(Table table) {
    return ((BaseTable) table).operations().current().metadataFileLocation();
  }
}
