package dev.weir.iceberg.write;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.commit.FileNames;
import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.FailingCatalog;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.testing.Pipelines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpsertRowsTest {
  private static final String NAME = "bank.payments";

  @TempDir Path folder;
  private Warehouse warehouse;
  private LedgerTable table;

  @BeforeEach
  void aTableByPaymentAndAccount() {
    warehouse = new Warehouse(folder);
    table = in(warehouse.catalog());
  }

  private static LedgerTable in(LedgerCatalog catalog) {
    return LedgerTable.of(catalog, NAME, Payments.SCHEMA)
        .partitionedBy(Partitioning.parse("account"))
        .withKey("id", "account");
  }

  /** A writer that holds only a few keys at a time. */
  private static final class FewKeys<T extends IndexedRecord> implements Rows<RowChange<T>> {
    private static final long serialVersionUID = 1;
    private final Rows.Changed<T> rows = new Rows.Changed<>();

    @Override
    public IndexedRecord record(RowChange<T> change) {
      return rows.record(change);
    }

    @Override
    public Coder<RowChange<T>> coder(Schema rowSchema) {
      return rows.coder(rowSchema);
    }

    @Override
    public int spread(TableRows table, RowChange<T> change) {
      return rows.spread(table, change);
    }

    @Override
    public boolean accumulate() {
      return rows.accumulate();
    }

    @Override
    public LedgerWriter<RowChange<T>> writer(
        Table table, TableRows rows, FileNames names, boolean fingerprints) {
      return new UpsertWriter<>(table, rows, names, fingerprints, 10);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 300"})
  void aRunKeepsTheLastChangeOfEachKeyInAnyOrderOfArrival(int writers, long rowsPerCommit) {
    List<RowChange<GenericRecord>> changes = changes(1);

    PipelineResult result = run(upsert("run", writers, rowsPerCommit), changes);

    assertThat(cents(), is(lastOf(changes)));
    int commits =
        rowsPerCommit == 0
            ? 1
            : (int) (1_000 / rowsPerCommit) + (1_000 % rowsPerCommit > 0 ? 1 : 0);
    assertThat(warehouse.snapshots(NAME), hasSize(commits));
    assertThat(Pipelines.count(result, "ledger_rows"), is(200L));
  }

  @Test
  void aLaterRunChangesTheRowsOfEarlierOnes() {
    List<RowChange<GenericRecord>> first = changes(1);
    List<RowChange<GenericRecord>> second = changes(2).subList(0, 150);
    run(upsert("monday", 1, 0), first);
    run(upsert("tuesday", 1, 40), second);

    Map<String, Long> wanted = lastOf(first);
    Map<String, RowChange<GenericRecord>> last = lastChanges(second);
    last.forEach((id, change) -> wanted.remove(id));
    wanted.putAll(lastOf(second));
    assertThat(cents(), is(wanted));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 500})
  void aRerunInAnotherOrderChangesNothingAndCleansUpAfterItself(long rowsPerCommit) {
    List<RowChange<GenericRecord>> changes = changes(1);
    run(upsert("run", 1, rowsPerCommit), changes);
    String before = metadata();
    Set<String> files = OnDisk.filesIn(folder);

    Collections.shuffle(changes, new Random(8));
    run(upsert("run", 2, rowsPerCommit), changes);

    assertThat(metadata(), is(before));
    assertThat(OnDisk.filesIn(folder), is(files));
  }

  @Test
  void aRerunWithADifferentResultIsAnErrorAndChangesNothing() {
    long rowsPerCommit = 500;
    List<RowChange<GenericRecord>> changes = changes(1);
    run(upsert("run", 1, rowsPerCommit), changes);
    String before = metadata();
    GenericRecord row = payment("p1", "a1", 0, 0);
    Position end = new Position(99, 0);
    boolean gone = !cents().containsKey("p1");

    for (RowChange<GenericRecord> other :
        List.of(
            gone ? RowChange.upsert(row, end) : RowChange.delete(row, end),
            RowChange.upsert(payment("p1", "a1", -1, 0), end),
            RowChange.delete(payment("new", "a1", 0, 0), end))) {
      List<RowChange<GenericRecord>> wrong = new ArrayList<>(changes);
      wrong.set(indexOfAnEarlyChange(changes), other);
      assertThat(
          failureOf(upsert("run", 1, rowsPerCommit), wrong), is(instanceOf(LedgerException.class)));
      assertThat(metadata(), is(before));
    }
  }

  /**
   * The index of a change that is not the last of its key, so that losing it makes no difference.
   */
  private static int indexOfAnEarlyChange(List<RowChange<GenericRecord>> changes) {
    Map<String, RowChange<GenericRecord>> last = lastChanges(changes);
    for (int n = 0; n < changes.size(); n++) {
      String id = changes.get(n).row().get("id").toString();
      if (!id.equals("p1") && last.get(id) != changes.get(n)) {
        return n;
      }
    }
    throw new AssertionError("all changes are the last of their keys");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aRerunCompletesARunThatDiedBetweenItsCommits(int commitsMade) {
    List<RowChange<GenericRecord>> changes = changes(1);
    table.prepare();
    LedgerTable failing = in(FailingCatalog.in(folder, commitsMade, Fault.BEFORE));
    failureOf(UpsertRows.<GenericRecord>to(failing, "run").withRowsPerCommit(400), changes);
    assertThat(warehouse.snapshots(NAME), hasSize(commitsMade));

    Collections.shuffle(changes, new Random(9));
    run(upsert("run", 1, 400), changes);

    assertThat(cents(), is(lastOf(changes)));
    assertThat(warehouse.snapshots(NAME), hasSize(3));
  }

  @Test
  void moreKeysThanFitInMemoryGiveTheSameResultInOneCommit() {
    List<RowChange<GenericRecord>> changes = changes(1);
    runWithFewKeys(changes);
    assertThat(cents(), is(lastOf(changes)));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
    assertThat(remembered().commits(), is(1));
    String before = metadata();
    Set<String> files = OnDisk.filesIn(folder);

    // Which changes are written before a newer one arrives depends on the order.
    Collections.shuffle(changes, new Random(8));
    runWithFewKeys(changes);
    run(upsert("run", 1, 0), changes);

    assertThat(metadata(), is(before));
    assertThat(OnDisk.filesIn(folder), is(files));
  }

  private void runWithFewKeys(List<RowChange<GenericRecord>> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    LedgerSink.of(table, "run", new FewKeys<GenericRecord>()).write(changes(pipeline, changes));
    Pipelines.run(pipeline);
  }

  @Test
  void noChangesMakeNoCommit() {
    table.prepare();
    String before = metadata();

    run(upsert("run", 1, 0), List.of());
    run(upsert("run", 1, 10), List.of());

    assertThat(metadata(), is(before));
  }

  @Test
  void deletesAloneMakeACommit() {
    run(
        upsert("first", 1, 0),
        List.of(RowChange.upsert(payment("p1", "a", 0, 0), new Position(1, 0))));
    run(
        upsert("second", 1, 0),
        List.of(RowChange.delete(payment("p1", "a", 0, 0), new Position(2, 0))));

    assertThat(cents(), is(Map.of()));
    assertThat(warehouse.snapshots(NAME), hasSize(2));
    assertThat(warehouse.snapshots(NAME).get(1).summary().get("added-equality-deletes"), is("1"));
  }

  @Test
  void aFirstLoadHasNoDeletes() {
    List<RowChange<GenericRecord>> changes = changes(1);

    run(upsert("run", 1, 0), changes);

    assertThat(cents(), is(lastOf(changes)));
    Map<String, String> summary = warehouse.snapshots(NAME).get(0).summary();
    assertThat(summary.get("total-delete-files"), is("0"));
    assertThat(OnDisk.filesIn(folder), hasSize(Integer.parseInt(summary.get("total-data-files"))));
  }

  @Test
  void deletesAloneInAnEmptyTableMakeACommitWithoutFiles() {
    run(
        upsert("run", 1, 0),
        List.of(RowChange.delete(payment("p1", "a", 0, 0), new Position(1, 0))));

    assertThat(cents(), is(Map.of()));
    assertThat(remembered().commits(), is(1));
    assertThat(OnDisk.filesIn(folder), hasSize(0));
  }

  /** 1,000 changes of 200 keys in random order; some keys are deleted in the end. */
  private static List<RowChange<GenericRecord>> changes(int day) {
    Random random = new Random(day);
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (int n = 0; n < 1_000; n++) {
      int id = n % 200;
      GenericRecord row = payment("p" + id, "a" + id % 2, 1_000L * day + n, 0);
      Position position = new Position(day, n / 200 * 7 - 3);
      changes.add(
          random.nextInt(4) == 0
              ? RowChange.delete(row, position)
              : RowChange.upsert(row, position));
    }
    Collections.shuffle(changes, random);
    return changes;
  }

  private static Map<String, RowChange<GenericRecord>> lastChanges(
      List<RowChange<GenericRecord>> changes) {
    Map<String, RowChange<GenericRecord>> last = new HashMap<>();
    for (RowChange<GenericRecord> change : changes) {
      last.merge(
          change.row().get("id").toString(),
          change,
          (one, two) -> one.position().compareTo(two.position()) > 0 ? one : two);
    }
    return last;
  }

  private static Map<String, Long> lastOf(List<RowChange<GenericRecord>> changes) {
    Map<String, Long> cents = new TreeMap<>();
    lastChanges(changes)
        .forEach(
            (id, change) -> {
              if (!change.delete()) {
                cents.put(id, (Long) change.row().get("cents"));
              }
            });
    return cents;
  }

  private UpsertRows<GenericRecord> upsert(String sinkId, int writers, long rowsPerCommit) {
    UpsertRows<GenericRecord> upsert =
        UpsertRows.<GenericRecord>to(table, sinkId).withWritersPerPartition(writers);
    return rowsPerCommit == 0 ? upsert : upsert.withRowsPerCommit(rowsPerCommit);
  }

  private static PipelineResult run(
      UpsertRows<GenericRecord> upsert, List<RowChange<GenericRecord>> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    changes(pipeline, changes).apply(upsert);
    return Pipelines.run(pipeline);
  }

  private static Throwable failureOf(
      UpsertRows<GenericRecord> upsert, List<RowChange<GenericRecord>> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    changes(pipeline, changes).apply(upsert);
    return Pipelines.failureOf(pipeline);
  }

  private static PCollection<RowChange<GenericRecord>> changes(
      Pipeline pipeline, List<RowChange<GenericRecord>> changes) {
    return pipeline.apply(
        Create.of(changes).withCoder(RowChangeCoder.of(AvroCoder.of(Payments.SCHEMA))));
  }

  private Map<String, Long> cents() {
    return Payments.centsById(warehouse.read(NAME));
  }

  private RunRecord remembered() {
    return RunRecord.parse(warehouse.load(NAME).properties().get(RunRecord.property("run")));
  }

  private String metadata() {
    return ((BaseTable) warehouse.load(NAME)).operations().current().metadataFileLocation();
  }
}
