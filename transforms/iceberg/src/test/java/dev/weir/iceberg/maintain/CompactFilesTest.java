package dev.weir.iceberg.maintain;

import static dev.weir.iceberg.testing.Payments.centsById;
import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.OtherEngine;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Racing;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.testing.SimulatedJob.State;
import dev.weir.iceberg.write.LedgerWriter;
import dev.weir.iceberg.write.Rows;
import dev.weir.iceberg.write.TableRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactFilesTest {
  private static final long NOON = 1_767_268_800_000L;
  private static final long DAY = 86_400_000;
  private static final Duration LEAVE = Duration.ofDays(1);

  @TempDir Path folder;

  private Table table;

  @Test
  void smallFilesBecomeOneForEachDay() {
    table = onDisk(payments());
    for (int n = 0; n < 6; n++) {
      append(payment("a" + n, "a", n, NOON), payment("b" + n, "b", n, NOON + DAY));
    }

    Compaction done = compact(table);

    assertThat(done.filesBefore(), is(12));
    assertThat(done.filesAfter(), is(2));
    assertThat(done.bytesBefore(), greaterThan(done.bytesAfter()));
    assertThat(rows(), is(Map.ofEntries(sixOf("a", "b"))));
    for (DataFile file : dataFiles()) {
      String name = Path.of(file.location()).getFileName().toString();
      assertThat(name, matchesPattern(CompactFiles.FILE_NAME));
      assertThat(name, not(matchesPattern(SinkId.FILE_NAME)));
    }
  }

  @Test
  void fewFilesWithoutDeletesAreLeftAlone() {
    table = onDisk(payments());
    for (int n = 0; n < 4; n++) {
      append(payment("a" + n, "a", n, NOON));
    }

    assertThat(compact(table).filesBefore(), is(0));
    assertThat(snapshots(), is(4));
  }

  @Test
  void filesHaveTheTargetSize() {
    table = onDisk(payments());
    table.updateProperties().set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "20000").commit();
    for (int part = 0; part < 6; part++) {
      GenericRecord[] rows = new GenericRecord[5_000];
      for (int n = 0; n < rows.length; n++) {
        int id = part * rows.length + n;
        rows[n] = payment("p" + id * 7919, "a" + id * 31, id, NOON + id);
      }
      append(rows);
    }
    long size = dataFiles().stream().mapToLong(DataFile::fileSizeInBytes).sum();

    Compaction done = compact(table, rules().withTargetFileSize(size / 3));

    assertThat(done.filesBefore(), is(6));
    assertThat(done.filesAfter(), is(3));
    assertThat(rows().size(), is(30_000));
  }

  @Test
  void valuesOfEveryTypeAreTheSameAfterwards() {
    LedgerTable description =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.everything", EveryColumn.SCHEMA);
    table = onDisk(description);
    List<GenericRecord> rows = EveryColumn.rows(false);
    for (int n = 0; n < 5; n++) {
      commit(EveryColumn.SCHEMA, new Rows.Appended<>(), rows);
    }
    List<Object> before = MemoryTable.read(table).stream().map(EveryColumn::plain).toList();

    Compaction done = compact(table);

    assertThat(done.filesAfter(), is(1));
    assertThat(
        MemoryTable.read(table).stream().map(EveryColumn::plain).toList(),
        containsInAnyOrder(before.toArray()));
  }

  @Test
  void deletesAreAppliedAndTheirFilesAreRemoved() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2), upsert("p3", 3));
    change(upsert("p1", 10), delete("p2"));
    change(upsert("p2", 20));

    Compaction done = compact(table);

    assertThat(rows(), is(Map.of("p1", 10L, "p2", 20L, "p3", 3L)));
    assertThat(dataFiles().size(), is(1));
    assertThat(deleteFiles(), is(empty()));
    assertThat(done.deleteFilesRemoved(), is(3));
    assertThat(table.currentSnapshot().summary().get("total-records"), is("3"));
  }

  @Test
  void aFileWithOnlyDeletedRowsIsRemoved() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2));
    change(delete("p1"), delete("p2"));

    Compaction done = compact(table);

    assertThat(done.filesAfter(), is(0));
    assertThat(rows(), is(Map.of()));
    assertThat(dataFiles(), is(empty()));
    assertThat(deleteFiles(), is(empty()));
  }

  @Test
  void deletesThatNoFileOfTheirDayNeedsAreRemovedEvenIfAnotherDayHasOlderFiles() {
    table = onDisk(keyed());
    change(upsertOn(0, "old", 1));
    change(upsertOn(1, "p1", 1));
    change(upsertOn(1, "p1", 2));
    change(upsertOn(1, "p1", 3));
    Set<String> oldest = locations(dataFiles().subList(0, 1));

    Compaction done = compact(table);

    assertThat(done.filesBefore(), is(3));
    assertThat(deleteFiles(), is(empty()));
    assertThat(locations(dataFiles()).containsAll(oldest), is(true));
    assertThat(rows(), is(Map.of("old", 1L, "p1", 3L)));
  }

  @Test
  void aDeleteThatAppliesToARemainingFileIsKept() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2));
    change(upsert("p1", 10));

    compact(table, rules().withDeleteFilesPerFile(2));

    assertThat(dataFiles().size(), is(2));
    assertThat(deleteFiles().size(), is(1));
    assertThat(rows(), is(Map.of("p1", 10L, "p2", 2L)));
  }

  @Test
  void changesCommittedDuringTheRewriteApplyToRewrittenRows() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2), upsert("p3", 3));
    change(upsert("p1", 10));
    Runnable meanwhile =
        () -> {
          change(upsert("p1", 100), delete("p2"));
          change(upsert("p4", 4));
        };

    Compaction done = compact(Racing.whileRewriting(table, meanwhile));

    assertThat(done.groupsSkipped(), is(0));
    assertThat(done.filesBefore(), is(2));
    assertThat(rows(), is(Map.of("p1", 100L, "p3", 3L, "p4", 4L)));
  }

  @Test
  void changesCommittedJustBeforeTheCommitApplyToRewrittenRows() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2), upsert("p3", 3));
    change(upsert("p1", 10));

    Compaction done =
        compact(Racing.beforeCommit(table, () -> change(upsert("p1", 100), delete("p2"))));

    assertThat(done.groupsSkipped(), is(0));
    assertThat(done.filesBefore(), is(2));
    assertThat(rows(), is(Map.of("p1", 100L, "p3", 3L)));
  }

  /** Iceberg alone would drop the delete: all other data files are younger. */
  @Test
  void aDeleteCommittedDuringTheRewriteIsKeptEvenIfOnlyRewrittenFilesNeedIt() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2));
    change(upsert("p1", 10));
    Runnable meanwhile =
        () -> {
          change(delete("p1"));
          change(upsert("p3", 3));
        };

    Compaction done = compact(Racing.whileRewriting(table, meanwhile));

    assertThat(rows(), is(Map.of("p2", 2L, "p3", 3L)));
    assertThat(done.groupsSkipped(), is(0));
    assertThat(unknownFiles(), is(empty()));
  }

  @Test
  void oneOfTwoCompactionsDoesTheWorkAndTheOtherLeavesNoFiles() {
    table = onDisk(keyed());
    change(upsert("p1", 1), upsert("p2", 2));
    change(upsert("p1", 10));
    List<Compaction> first = new ArrayList<>();

    Compaction second = compact(Racing.beforeCommit(table, () -> first.add(compact(table))));

    assertThat(first.get(0).filesBefore(), is(2));
    assertThat(second.filesBefore(), is(0));
    assertThat(second.groupsSkipped(), is(0));
    assertThat(rows(), is(Map.of("p1", 10L, "p2", 2L)));
    assertThat(unknownFiles(), is(empty()));
  }

  @Test
  void aGroupThatKeepsConflictingIsSkippedAndTheOthersAreCommitted() {
    table = onDisk(payments());
    OtherEngine engine = new OtherEngine(table);
    for (int n = 0; n < 6; n++) {
      append(payment("a" + n, "a", n, NOON), payment("b" + n, "b", n, NOON + DAY));
    }
    Consumer<TableMetadata> deletesRowsOfTheFirstDay =
        after -> {
          for (DataFile file : after.currentSnapshot().removedDataFiles(table.io())) {
            if (file.partition().get(0, Integer.class) == NOON / DAY) {
              table.newRowDelta().addDeletes(engine.deletesAt(file, 0)).commit();
              return;
            }
          }
        };

    Compaction done = compact(Racing.beforeCommits(table, deletesRowsOfTheFirstDay));

    assertThat(done.groupsSkipped(), is(1));
    assertThat(done.filesBefore(), is(6));
    assertThat(done.toString(), containsString("1 groups skipped after conflicts"));
    assertThat(rows().keySet().stream().filter(id -> id.startsWith("b")).count(), is(6L));
    assertThat(unknownFiles(), is(empty()));
  }

  @Test
  void aFailedCompactionLeavesNoFiles() {
    table = onDisk(payments());
    for (int n = 0; n < 6; n++) {
      append(payment("a" + n, "a", n, NOON), payment("b" + n, "b", n, NOON + DAY));
    }
    DataFile gone = dataFiles().get(3);
    table.io().deleteFile(gone.location());

    assertThrows(RuntimeException.class, () -> compact(table));

    Set<String> left = unknownFiles();
    assertThat(left, is(empty()));
  }

  @Test
  void aCompactionThatTookTooLongIsNotCommitted() {
    table = onDisk(payments());
    for (int n = 0; n < 6; n++) {
      append(payment("a" + n, "a", n, NOON));
    }

    LedgerException error =
        assertThrows(
            LedgerException.class,
            () -> new CompactFiles(table, rules(), new Slow(Duration.ofHours(13)), null).run());

    assertThat(error.getMessage(), containsString("must not take longer than PT12H"));
    assertThat(dataFiles().size(), is(6));
    assertThat(unknownFiles(), is(empty()));
  }

  @Test
  void recentAppendsOfALiveJobAreNotRewritten() {
    table = onDisk(payments());
    List<GenericRecord> log = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      log.add(payment("p" + n, "a", n, NOON));
    }
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), log, 1);
    job.read(1);
    State savepoint = job.savepoint();
    job.checkpoint(null);
    for (int n = 0; n < 8; n++) {
      job.read(1);
      job.checkpoint(null);
    }

    assertThat(compact(table).filesBefore(), is(0));

    job.restore(savepoint);
    job.read(2);
    job.checkpoint(null);
    assertThat(rows().keySet(), is(Set.of("p0", "p1", "p2")));
  }

  @Test
  void oldAppendsOfALiveJobAreRewritten() {
    table = onDisk(payments());
    List<GenericRecord> log = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      log.add(payment("p" + n, "a", n, NOON));
    }
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), log, 1);
    while (!job.isAtEnd()) {
      job.read(1);
      job.checkpoint(null);
    }
    Clock later = Clock.offset(Clock.systemUTC(), LEAVE.plusHours(1));

    Compaction done = new CompactFiles(table, rules(), later, null).run();

    assertThat(done.filesBefore(), is(6));
    assertThat(rows().size(), is(6));
  }

  @Test
  void aJobRestoredToBeforeCompactedCommitsFailsAndChangesNothing() {
    table = onDisk(payments());
    List<GenericRecord> log = new ArrayList<>();
    for (int n = 0; n < 9; n++) {
      log.add(payment("p" + n, "a", n, NOON));
    }
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), log, 1);
    State savepoint = job.savepoint();
    for (int n = 0; n < 6; n++) {
      job.read(1);
      job.checkpoint(null);
    }
    MaintenanceRules leavingNothing = rules().leavingAppendedFilesFor(Duration.ZERO);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
    new CompactFiles(table, leavingNothing, later, null).run();

    job.restore(savepoint);
    job.read(9);
    assertThrows(RuntimeException.class, () -> job.checkpoint(null));

    assertThat(rows().keySet(), is(Set.of("p0", "p1", "p2", "p3", "p4", "p5")));
  }

  @Test
  void recentUpsertsOfALiveJobAreRewritten() {
    table = onDisk(keyed());
    List<RowChange<GenericRecord>> log = List.of(upsert("p1", 1), upsert("p1", 2));
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(table, "live", new Rows.Changed<>(), log, 1);
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);

    assertThat(compact(table).filesBefore(), is(2));
    assertThat(rows(), is(Map.of("p1", 2L)));
  }

  @Test
  void aTableWhoseRowsHaveIdsIsNotCompacted() {
    table = onDisk(payments());
    table.updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();

    LedgerException error = assertThrows(LedgerException.class, () -> compact(table));

    assertThat(
        error.getMessage(),
        containsString("has format version 3; only version 2 can be compacted"));
  }

  @Test
  void aTableWithoutASnapshotHasNothingToCompact() {
    table = onDisk(payments());

    assertThat(compact(table), is(new Compaction(0, 0, 0, 0, 0, 0)));
  }

  @Test
  void filesOfAnEarlierPartitioningAreLeftAlone() {
    table = onDisk(payments());
    for (int n = 0; n < 6; n++) {
      append(payment("a" + n, "a", n, NOON));
    }
    table.updateSpec().addField("account").commit();

    assertThat(compact(table).filesBefore(), is(0));
  }

  private static MaintenanceRules rules() {
    return MaintenanceRules.standard().leavingAppendedFilesFor(LEAVE).withThreads(2);
  }

  private static Compaction compact(Table table) {
    return compact(table, rules());
  }

  private static Compaction compact(Table table, MaintenanceRules rules) {
    return new CompactFiles(table, rules, Clock.systemUTC(), null).run();
  }

  private LedgerTable payments() {
    return LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA)
        .partitionedBy(Partitioning.parse("days(ts)"));
  }

  private LedgerTable keyed() {
    return payments().withKey("id", "ts");
  }

  private static Table onDisk(LedgerTable description) {
    Table made = description.prepare();
    made.updateProperties().set(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "1").commit();
    return made;
  }

  private static RowChange<GenericRecord> upsert(String id, long cents) {
    return upsertOn(0, id, cents);
  }

  private static RowChange<GenericRecord> upsertOn(int day, String id, long cents) {
    return RowChange.upsert(payment(id, "a", cents, NOON + day * DAY), new Position(0, 0));
  }

  private static RowChange<GenericRecord> delete(String id) {
    return RowChange.delete(payment(id, "a", 0, NOON), new Position(0, 0));
  }

  private void append(GenericRecord... rows) {
    commit(Payments.SCHEMA, new Rows.Appended<>(), List.of(rows));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private void change(RowChange<GenericRecord>... changes) {
    commit(Payments.SCHEMA, new Rows.Changed<>(), List.of(changes));
  }

  private <E> void commit(Schema schema, Rows<E> kind, List<E> elements) {
    try (LedgerWriter<E> writer =
        kind.writer(table, new TableRows(table, schema), SinkId.fileNames(table, "run"), false)) {
      elements.forEach(element -> writer.add(0, element));
      PlainCommit.of(table, writer.finish());
    }
  }

  private Map<String, Long> rows() {
    return centsById(MemoryTable.read(table));
  }

  private List<FileScanTask> tasks() {
    table.refresh();
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
      planned.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tasks;
  }

  /** Oldest first. */
  private List<DataFile> dataFiles() {
    return tasks().stream()
        .map(FileScanTask::file)
        .sorted(java.util.Comparator.comparing(DataFile::fileSequenceNumber))
        .toList();
  }

  /** All delete files of the table, whether they apply to a data file or not. */
  private Set<String> deleteFiles() {
    table.refresh();
    Set<String> files = new TreeSet<>();
    for (var manifest : table.currentSnapshot().deleteManifests(table.io())) {
      try (var entries =
          org.apache.iceberg.ManifestFiles.readDeleteManifest(
              manifest, table.io(), table.specs())) {
        for (DeleteFile file : entries) {
          files.add(file.location());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** Files on disk that no snapshot references. */
  private Set<String> unknownFiles() {
    table.refresh();
    Set<String> unknown = OnDisk.filesIn(folder);
    table
        .snapshots()
        .forEach(
            snapshot -> {
              snapshot.addedDataFiles(table.io()).forEach(file -> unknown.remove(file.location()));
              snapshot
                  .addedDeleteFiles(table.io())
                  .forEach(file -> unknown.remove(file.location()));
            });
    return unknown;
  }

  private static Set<String> locations(List<DataFile> files) {
    return files.stream().map(DataFile::location).collect(Collectors.toSet());
  }

  private int snapshots() {
    int count = 0;
    for (var snapshot : table.snapshots()) {
      count++;
    }
    return count;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Map.Entry<String, Long>[] sixOf(String... names) {
    return Arrays.stream(names)
        .flatMap(
            name -> java.util.stream.LongStream.range(0, 6).mapToObj(n -> Map.entry(name + n, n)))
        .toArray(Map.Entry[]::new);
  }

  /** A clock that jumps ahead each time it is read. */
  private static final class Slow extends Clock {
    private final Duration step;
    private Instant now = Instant.now();

    Slow(Duration step) {
      this.step = step;
    }

    @Override
    public Instant instant() {
      now = now.plus(step);
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
