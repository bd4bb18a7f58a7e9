package dev.weir.iceberg.write;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.TableChange;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.EveryColumn.Column;
import dev.weir.iceberg.testing.EveryColumn.Value;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpsertWriterTest {
  private static final String NAME = "bank.payments";
  private static final int PLENTY = 1_000;

  @TempDir Path folder;
  private Warehouse warehouse;
  private Table table;

  @BeforeEach
  void aTableByPaymentId() {
    warehouse = new Warehouse(folder);
    table = LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA).withKey("id").prepare();
  }

  @Test
  void theLastChangeByPositionWinsInAnyOrderOfArrival() {
    table = MemoryTable.create(List.of("id"));
    List<RowChange<GenericRecord>> changes =
        List.of(
            set("p1", 10, at(1, 5)),
            set("p1", 20, at(2, -7)),
            delete("p1", at(2, -6)),
            set("p1", 30, at(2, 0)));

    for (List<RowChange<GenericRecord>> order : ordersOf(changes)) {
      commit(PLENTY, order);
      assertThat(order.toString(), cents(), is(Map.of("p1", 30L)));
      emptyTheTable();
    }
  }

  @Test
  void aDeleteThatIsLastByPositionWinsInAnyOrderOfArrival() {
    table = MemoryTable.create(List.of("id"));
    List<RowChange<GenericRecord>> changes =
        List.of(
            set("p1", 10, at(-3, 9)),
            delete("p1", at(Long.MAX_VALUE, Long.MIN_VALUE)),
            set("p1", 20, at(Long.MAX_VALUE - 1, Long.MAX_VALUE)),
            set("p1", 30, at(Long.MIN_VALUE, 0)));

    for (List<RowChange<GenericRecord>> order : ordersOf(changes)) {
      commit(PLENTY, List.of(set("p1", 1, at(0, 0)), set("p2", 2, at(0, 0))));
      commit(PLENTY, order);
      assertThat(order.toString(), cents(), is(Map.of("p2", 2L)));
      emptyTheTable();
    }
  }

  @Test
  void theLaterChangeAtTheSamePositionWins() {
    commit(PLENTY, List.of(set("p1", 1, at(1, 1)), set("p1", 2, at(1, 1))));
    assertThat(cents(), is(Map.of("p1", 2L)));

    commit(PLENTY, List.of(set("p1", 3, at(1, 1)), delete("p1", at(1, 1))));
    assertThat(cents(), is(Map.of()));

    commit(PLENTY, List.of(delete("p1", at(1, 1)), set("p1", 4, at(1, 1))));
    assertThat(cents(), is(Map.of("p1", 4L)));

    commit(1, List.of(set("p1", 5, at(1, 1)), set("p1", 6, at(1, 1))));
    assertThat(cents(), is(Map.of("p1", 6L)));
  }

  @Test
  void aLaterCommitReplacesAndDeletesTheRowsOfEarlierOnes() {
    commit(PLENTY, List.of(set("p1", 1, at(1, 0)), set("p2", 2, at(1, 1)), set("p3", 3, at(1, 2))));
    commit(PLENTY, List.of(set("p1", 10, at(2, 0)), delete("p2", at(2, 1))));

    assertThat(cents(), is(Map.of("p1", 10L, "p3", 3L)));

    commit(PLENTY, List.of(set("p2", 20, at(3, 0)), delete("p1", at(3, 1))));
    assertThat(cents(), is(Map.of("p2", 20L, "p3", 3L)));
  }

  @Test
  void positionsAreNotComparedAcrossCommits() {
    UpsertWriter<GenericRecord> writer = writer(PLENTY, false);
    writer.add(0, set("p1", 1, at(5, 0)));
    PlainCommit.of(table, writer.finish());
    writer.add(0, set("p1", 2, at(4, 0)));
    PlainCommit.of(table, writer.finish());

    assertThat(cents(), is(Map.of("p1", 2L)));
  }

  @Test
  void deletingAMissingRowChangesNothing() {
    commit(PLENTY, List.of(delete("p1", at(1, 0))));
    assertThat(cents(), is(Map.of()));

    commit(PLENTY, List.of(set("p2", 2, at(1, 0))));
    commit(PLENTY, List.of(delete("p3", at(1, 0))));
    assertThat(cents(), is(Map.of("p2", 2L)));
  }

  @Test
  void noChangesMakeNoFiles() {
    assertThat(writer(PLENTY, true).finish(), is(empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 100})
  void moreKeysThanFitInMemoryAreWrittenEarlyInOneCommit(int mostKeys) {
    commit(PLENTY, List.of(set("p1", 1, at(0, 0)), set("p5", 5, at(0, 0))));
    List<RowChange<GenericRecord>> changes =
        List.of(
            set("p1", 11, at(1, 1)),
            set("p2", 12, at(1, 2)),
            set("p3", 13, at(1, 3)),
            // Again, when it may be written already.
            set("p1", 21, at(2, 1)),
            delete("p2", at(2, 2)),
            // Too late.
            set("p1", 31, at(1, 0)),
            set("p2", 32, at(0, 9)),
            delete("p3", at(1, 2)),
            // Gone, and back.
            delete("p5", at(3, 0)),
            set("p5", 25, at(3, 1)),
            set("p4", 14, at(1, 1)));

    List<WrittenFiles> written = commit(mostKeys, changes);

    assertThat(cents(), is(Map.of("p1", 21L, "p3", 13L, "p4", 14L, "p5", 25L)));
    assertThat(written, hasSize(1));
    // Of rows, of deletes by key and, if a row was written too early, of deletes by position.
    assertThat(written.get(0).getFiles(), hasSize(mostKeys < 4 ? 3 : 2));
    if (mostKeys == 1) {
      assertThat(written.get(0).getRows(), is(8L));
    }
  }

  @Test
  void theTableAndTheDigestDoNotDependOnOrderAndMemory() {
    table = MemoryTable.create(List.of("id"));
    List<RowChange<GenericRecord>> changes =
        List.of(
            set("p1", 1, at(1, 0)),
            set("p1", 2, at(2, 0)),
            delete("p2", at(2, 0)),
            set("p2", 3, at(1, 0)));
    Set<Long> digests = new HashSet<>();
    int index = 0;
    for (List<RowChange<GenericRecord>> order : ordersOf(changes)) {
      // The last two changes swap from one order to the next: both are tried with both limits.
      int mostKeys = index++ / 2 % 2 == 0 ? 1 : PLENTY;
      List<WrittenFiles> written = write(mostKeys, true, order);
      digests.add(written.stream().mapToLong(WrittenFiles::getDigest).sum());
      PlainCommit.of(table, written);
      assertThat(order.toString(), cents(), is(Map.of("p1", 2L)));
      emptyTheTable();
    }

    assertThat(digests, hasSize(1));
  }

  @Test
  void differentChangesHaveADifferentDigest() {
    Set<Long> digests = new HashSet<>();
    List<List<RowChange<GenericRecord>>> all =
        List.of(
            List.of(set("a", 1, at(0, 0))),
            List.of(set("a", 2, at(0, 0))),
            List.of(delete("a", at(0, 0))),
            List.of(delete("b", at(0, 0))),
            List.of(delete("Aa", at(0, 0))),
            List.of(delete("BB", at(0, 0))),
            List.of(delete("a", at(0, 0)), delete("d", at(0, 0))),
            List.of(delete("b", at(0, 0)), delete("c", at(0, 0))),
            List.of(set("a", 1, at(0, 0)), delete("b", at(0, 0))));
    all.forEach(changes -> digests.add(write(PLENTY, true, changes).get(0).getDigest()));

    assertThat(digests, hasSize(all.size()));
    assertThat(write(PLENTY, false, all.get(0)).get(0).getDigest(), is(0L));
  }

  @Test
  void onlyTheLastChangeOfAKeyIsWritten() {
    List<WrittenFiles> written =
        write(
            PLENTY,
            false,
            List.of(
                set("p1", 1, at(1, 0)),
                set("p1", 2, at(2, 0)),
                delete("p2", at(1, 0)),
                set("p3", 3, at(1, 0))));

    assertThat(written, hasSize(1));
    assertThat(written.get(0).getRows(), is(3L));
    Map<FileContent, Long> counts = new HashMap<>();
    TableChange.files(table, written.get(0))
        .forEach(file -> counts.put(file.content(), file.recordCount()));
    assertThat(counts, is(Map.of(FileContent.EQUALITY_DELETES, 3L, FileContent.DATA, 2L)));
  }

  @Test
  void filesThatMayChangeTheSameKeyAreInDifferentSnapshots() {
    UpsertWriter<GenericRecord> one = writer(1, false);
    one.add(7, set("p1", 1, at(1, 0)));
    List<WrittenFiles> ofOne = new ArrayList<>(one.finish());
    one.add(7, set("p1", 2, at(2, 0)));
    ofOne.addAll(one.finish());
    UpsertWriter<GenericRecord> two = writer(PLENTY, false);
    two.add(8, set("p2", 1, at(1, 0)));
    two.add(9, set("p3", 1, at(1, 0)));
    List<WrittenFiles> ofTwo = two.finish();

    assertThat(
        ofOne.stream().map(WrittenFiles::getShards).toList(), is(List.of(List.of(7), List.of(7))));
    assertThat(ofTwo.get(0).getShards(), is(List.of(8, 9)));
    assertThat(
        TableChange.withoutConflicts(List.of(ofOne.get(0), ofTwo.get(0), ofOne.get(1))),
        is(List.of(List.of(ofOne.get(0), ofTwo.get(0)), List.of(ofOne.get(1)))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, PLENTY})
  void closingBeforeFinishLeavesNoFiles(int mostKeys) {
    UpsertWriter<GenericRecord> writer = writer(mostKeys, true);
    for (int n = 0; n < 5; n++) {
      writer.add(0, set("p" + n, n, at(1, 0)));
    }
    writer.close();

    assertThat(OnDisk.filesIn(folder), is(empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, PLENTY})
  void aBundleAfterOneThatWasAbandonedHasOnlyItsOwnChanges(int mostKeys) {
    UpsertWriter<GenericRecord> writer = writer(mostKeys, true);
    writer.add(0, set("p1", 1, at(9, 0)));
    writer.add(0, set("p2", 2, at(9, 0)));
    writer.abandon();
    writer.add(0, set("p1", 3, at(1, 0)));
    PlainCommit.of(table, writer.finish());

    assertThat(cents(), is(Map.of("p1", 3L)));
  }

  @Test
  void closingAfterFinishLeavesAllFiles() {
    UpsertWriter<GenericRecord> writer = writer(2, true);
    for (int n = 0; n < 5; n++) {
      writer.add(0, set("p" + n, n, at(1, 0)));
    }
    List<WrittenFiles> written = writer.finish();
    writer.close();

    PlainCommit.of(table, written);
    assertThat(cents(), is(Map.of("p0", 0L, "p1", 1L, "p2", 2L, "p3", 3L, "p4", 4L)));
  }

  @Test
  void aRowThatCannotBeWrittenLeavesNoFiles() {
    UpsertWriter<GenericRecord> writer = writer(1, false);
    writer.add(0, set("p1", 1, at(1, 0)));
    GenericRecord broken = payment("p2", "a", 1, 0);
    broken.put("account", null);

    assertThrows(
        NullPointerException.class, () -> writer.add(0, RowChange.upsert(broken, at(1, 0))));
    writer.close();

    assertThat(OnDisk.filesIn(folder), is(empty()));
  }

  @Test
  void aDeleteReachesOnlyItsPartition() {
    warehouse = new Warehouse(folder.resolve("parts"));
    table =
        LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("account, days(ts)"))
            .withKey("id", "account", "ts")
            .prepare();
    long before = -1;
    commit(
        PLENTY,
        List.of(
            change(payment("p1", "a", 1, 0)),
            change(payment("p2", "b/c", 2, 0)),
            change(payment("p3", "b/c", 3, before)),
            change(payment("p4", "", 4, before))));
    List<WrittenFiles> written =
        commit(
            PLENTY,
            List.of(
                RowChange.delete(payment("p1", "b/c", 0, 0), at(2, 0)),
                RowChange.delete(payment("p2", "b/c", 0, 0), at(2, 0)),
                RowChange.delete(payment("p3", "b/c", 0, 0), at(2, 0)),
                change(payment("p4", "", 40, before))));

    assertThat(cents(), is(Map.of("p1", 1L, "p3", 3L, "p4", 40L)));
    assertThat(
        TableChange.files(table, written.get(0)).stream()
            .filter(DeleteFile.class::isInstance)
            .map(ContentFile::recordCount)
            .sorted()
            .toList(),
        is(List.of(1L, 3L)));
  }

  @Test
  void eachPartitionHasTwoFilesRegardlessOfTheNumberOfPartitions() {
    warehouse = new Warehouse(folder.resolve("parts"));
    table =
        LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("account"))
            .withKey("id", "account")
            .prepare();
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      changes.add(change(payment("p" + n, "a" + n % 100, n, 0)));
    }

    List<WrittenFiles> written = commit(PLENTY, changes);

    assertThat(written.get(0).getFiles(), hasSize(200));
    assertThat(cents().size(), is(300));
  }

  static Stream<Arguments> keys() {
    return EveryColumn.PLAIN.stream()
        // Other values are rejected.
        .filter(column -> !List.of("narrow", "wide", "four").contains(column.name()))
        .map(column -> Arguments.of(column.name(), column));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void aKeyOfAnyTypeReplacesAndDeletesItsRowsInEitherForm(String name, Column column) {
    Schema schema =
        SchemaBuilder.record("Keyed")
            .fields()
            .name("k")
            .type(column.type())
            .noDefault()
            .requiredLong("n")
            .endRecord();
    table = inMemory(schema);
    List<RowChange<GenericRecord>> all = new ArrayList<>();
    column.values().forEach(value -> all.add(upsert(schema, value.converted(), 1)));
    commit(schema, all);
    // One file each, so that a delete has to find the file too.
    for (Value value : column.values()) {
      commit(schema, List.of(upsert(schema, value.raw(), 2)));
    }
    assertThat(keysAndNumbers(), is(numbers(column, 2)));

    List<RowChange<GenericRecord>> gone = new ArrayList<>();
    column.values().forEach(v -> gone.add(RowChange.delete(row(schema, v.raw(), 0), at(9, 9))));
    commit(schema, gone);
    assertThat(keysAndNumbers(), is(Map.of()));
  }

  private static Table inMemory(Schema rows) {
    InMemoryCatalog memory = new InMemoryCatalog();
    memory.initialize("memory", Map.of());
    memory.createNamespace(Namespace.of("bank"));
    List<NestedField> columns = RowSchema.of(rows).columns();
    return memory.createTable(
        TableIdentifier.of("bank", "keyed"),
        new org.apache.iceberg.Schema(columns, Set.of(columns.get(0).fieldId())),
        PartitionSpec.unpartitioned(),
        Map.of("format-version", "2"));
  }

  private void commit(Schema schema, List<RowChange<GenericRecord>> changes) {
    UpsertWriter<GenericRecord> writer =
        new UpsertWriter<>(
            table, new TableRows(table, schema), SinkId.fileNames(table, "s"), true, PLENTY);
    changes.forEach(change -> writer.add(0, change));
    PlainCommit.of(table, writer.finish());
  }

  private static RowChange<GenericRecord> upsert(Schema schema, Object key, long number) {
    return RowChange.upsert(row(schema, key, number), at(number, 0));
  }

  private static GenericRecord row(Schema schema, Object key, long number) {
    GenericRecord row = new GenericData.Record(schema);
    row.put("k", key);
    row.put("n", number);
    return row;
  }

  private static Map<Object, Object> numbers(Column column, long number) {
    Map<Object, Object> numbers = new HashMap<>();
    column.values().forEach(v -> numbers.put(EveryColumn.plain(v.converted()), number));
    return numbers;
  }

  private Map<Object, Object> keysAndNumbers() {
    Map<Object, Object> numbers = new HashMap<>();
    for (Record row : MemoryTable.read(table)) {
      Object before = numbers.put(EveryColumn.plain(row.getField("k")), row.getField("n"));
      assertThat(
          "a second row of the key " + EveryColumn.plain(row.getField("k")),
          before == null,
          is(true));
    }
    return numbers;
  }

  private static RowChange<GenericRecord> set(String id, long cents, Position position) {
    return RowChange.upsert(payment(id, "a", cents, 0), position);
  }

  private static RowChange<GenericRecord> delete(String id, Position position) {
    return RowChange.delete(payment(id, "", 0, 0), position);
  }

  private static RowChange<GenericRecord> change(GenericRecord row) {
    return RowChange.upsert(row, at(1, 0));
  }

  private static Position at(long major, long minor) {
    return new Position(major, minor);
  }

  private List<WrittenFiles> commit(int mostKeys, List<RowChange<GenericRecord>> changes) {
    List<WrittenFiles> written = write(mostKeys, false, changes);
    PlainCommit.of(table, written);
    return written;
  }

  private List<WrittenFiles> write(
      int mostKeys, boolean fingerprints, List<RowChange<GenericRecord>> changes) {
    UpsertWriter<GenericRecord> writer = writer(mostKeys, fingerprints);
    changes.forEach(change -> writer.add(0, change));
    return writer.finish();
  }

  private UpsertWriter<GenericRecord> writer(int mostKeys, boolean fingerprints) {
    return new UpsertWriter<>(
        table,
        new TableRows(table, Payments.SCHEMA),
        SinkId.fileNames(table, "sink"),
        fingerprints,
        mostKeys);
  }

  /** A table grows with every commit, and the time to read it grows too. */
  private void emptyTheTable() {
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
  }

  private Map<String, Long> cents() {
    return Payments.centsById(MemoryTable.read(table));
  }

  private static <T> List<List<T>> ordersOf(List<T> things) {
    if (things.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> orders = new ArrayList<>();
    for (T first : things) {
      List<T> others = new ArrayList<>(things);
      others.remove(first);
      for (List<T> rest : ordersOf(others)) {
        List<T> order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }
}
