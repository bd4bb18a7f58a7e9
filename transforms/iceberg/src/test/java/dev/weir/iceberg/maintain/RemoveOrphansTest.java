package dev.weir.iceberg.maintain;

import static dev.weir.iceberg.testing.Payments.centsById;
import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.commit.SinkRecord;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.OtherEngine;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Runs;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.testing.SimulatedJob.State;
import dev.weir.iceberg.write.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoveOrphansTest {
  private static final String NAME = "bank.payments";
  private static final long NOON = 1_767_268_800_000L;
  private static final Instant NOW = Instant.now();

  @TempDir Path folder;

  private final Runs runs = new Runs();
  private LedgerTable description;

  @BeforeEach
  void describeTable() {
    description =
        LedgerTable.of(LedgerCatalog.inFolder(folder), NAME, Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("account"));
  }

  @Test
  void filesOfADeadAttemptOfALiveJobAreRemovedAndPendingOnesAreKept() throws IOException {
    Table table = description.prepare();
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), rows(12), 1);
    job.read(3);
    job.checkpoint(null);
    Set<String> committed = OnDisk.filesIn(folder);
    job.read(3);
    job.finishBundle();
    job.kill();
    Set<String> dead = without(OnDisk.filesIn(folder), committed);
    touch(OnDisk.filesIn(folder), NOW.minus(Duration.ofMinutes(90)));
    job.read(3);
    job.checkpoint(null);
    State stopped = readMoreAndStop(job);
    startedAt("live", NOW.minus(Duration.ofHours(2)), NOW.minus(Duration.ofHours(1)));
    Set<String> before = OnDisk.filesIn(folder);

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(dead, is(not(empty())));
    assertThat(without(before, OnDisk.filesIn(folder)), is(dead));
    assertThat(done.removed(), is(dead.size()));
    assertThat(
        done.kept(),
        is(stopped.pending().stream().mapToInt(f -> f.getFiles().getFiles().size()).sum()));

    job.restore(stopped);
    while (!job.isAtEnd()) {
      job.read(3);
      job.checkpoint(null);
    }
    assertThat(rowsOf(table).size(), is(12));
  }

  @Test
  void filesOfAnAttemptWithoutCommitsAreKept() throws IOException {
    Table table = description.prepare();
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), rows(9), 1);
    job.read(3);
    job.checkpoint(null);
    job.read(3);
    job.finishBundle();
    job.read(3);
    State pending = job.savepoint();
    touch(OnDisk.filesIn(folder), NOW.minus(Duration.ofDays(400)));
    startedAt("live", NOW.minus(Duration.ofDays(401)));
    job.restore(pending);

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done.removed(), is(0));
    job.checkpoint(null);
    assertThat(rowsOf(table).size(), is(9));
  }

  @Test
  void filesLeftByAFinishedRunAreRemoved() throws IOException {
    runs.append(description, payment("p1", "a", 1, NOON));
    Path orphan = fileNamed("00000-0-weir~run-1~" + UUID.randomUUID() + "-00001.parquet");
    touch(Set.of(orphan.toString()), NOW.minus(Duration.ofHours(1)));

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done.removed(), is(1));
    assertThat(done.removedBytes(), is(4L));
    assertThat(Files.exists(orphan), is(false));
    assertThat(rowsOf(description.prepare()), is(Map.of("p1", 1L)));
  }

  @Test
  void filesLeftByACrashedCompactionAreRemovedAfterADay() throws IOException {
    description.prepare();
    Path old = fileNamed("00000-0-weir-compact~" + UUID.randomUUID() + "-00001.parquet");
    Path young = fileNamed("00000-0-weir-compact~" + UUID.randomUUID() + "-00001.parquet");
    touch(Set.of(old.toString()), NOW.minus(Duration.ofHours(25)));

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done.removed(), is(1));
    assertThat(Files.exists(old), is(false));
    assertThat(Files.exists(young), is(true));
  }

  @Test
  void filesOfOtherWritersAreKeptAndCounted() throws IOException {
    runs.append(description, payment("p1", "a", 1, NOON));
    Path other = fileNamed("00000-0-" + UUID.randomUUID() + "-00001.parquet");
    Path unfinished = fileNamed("00000-0-weir~nightly~" + UUID.randomUUID() + "-00001.parquet");
    touch(Set.of(other.toString(), unfinished.toString()), NOW.minus(Duration.ofDays(9)));

    OrphanRemoval done = remove(MaintenanceRules.standard());
    OrphanRemoval old =
        remove(MaintenanceRules.standard().removingUnknownOlderThan(Duration.ofDays(8)));

    assertThat(done.removed(), is(0));
    assertThat(done.kept(), is(2));
    assertThat(done.keptBytes(), is(8L));
    assertThat(done.toString(), containsString("2 (8 bytes) kept, which may be pending"));
    assertThat(old.removed(), is(2));
    assertThat(rowsOf(description.prepare()), is(Map.of("p1", 1L)));
  }

  /** Only their names protect these files from removal. */
  @Test
  void aReferencedFileIsNotAnOrphanWhateverItsPartitionIsCalled() throws IOException {
    Map<String, Long> expected = new java.util.TreeMap<>();
    List<GenericRecord> rows = new ArrayList<>();
    String[] accounts = {
      "plain", "a b", "50%", "x/y", "ü€", "a+b", "k=v", "c:d", "%2F", "#?&", " "
    };
    for (int n = 0; n < accounts.length; n++) {
      rows.add(payment("p" + n, accounts[n], n, NOON));
      expected.put("p" + n, (long) n);
    }
    runs.append(description, rows);
    Table table = description.prepare();
    DataFile first = table.currentSnapshot().addedDataFiles(table.io()).iterator().next();
    table.newDelete().deleteFile(first).commit();
    touch(OnDisk.filesIn(folder), NOW.minus(Duration.ofDays(9)));
    Set<String> before = OnDisk.filesIn(folder);

    OrphanRemoval done =
        remove(MaintenanceRules.standard().removingUnknownOlderThan(Duration.ofDays(1)));

    assertThat(done.removed() + done.kept(), is(0));
    assertThat(OnDisk.filesIn(folder), is(before));
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    assertThat(rowsOf(table), is(expected));
  }

  @Test
  void aFileReferencedOnlyByARolledBackSnapshotIsNotAnOrphan() throws IOException {
    runs.append(description, payment("p1", "a", 1, NOON));
    runs.append(description, payment("p2", "a", 2, NOON));
    Table table = description.prepare();
    long second = table.currentSnapshot().snapshotId();
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    touch(OnDisk.filesIn(folder), NOW.minus(Duration.ofDays(9)));

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done.removed() + done.kept(), is(0));
    table.refresh();
    table.manageSnapshots().setCurrentSnapshot(second).commit();
    assertThat(rowsOf(table), is(Map.of("p1", 1L, "p2", 2L)));
  }

  @Test
  void aFileCommittedDuringTheListingIsNotAnOrphan() throws IOException {
    Table table = description.prepare();
    OtherEngine engine = new OtherEngine(table);
    OffsetDateTime noon = OffsetDateTime.ofInstant(Instant.ofEpochMilli(NOON), ZoneOffset.UTC);
    DataFile file = engine.rows(engine.row("p1", "a", 1L, noon));
    touch(OnDisk.filesIn(folder), NOW.minus(Duration.ofDays(9)));
    FileIO listing =
        new HadoopFileIO(new Configuration()) {
          @Override
          public Iterable<FileInfo> listPrefix(String prefix) {
            List<FileInfo> found = new ArrayList<>();
            super.listPrefix(prefix).forEach(found::add);
            table.newAppend().appendFile(file).commit();
            return found;
          }
        };
    Table listed =
        new BaseTable(((HasTableOperations) description.prepare()).operations(), NAME) {
          @Override
          public FileIO io() {
            return listing;
          }
        };
    MaintenanceRules rules =
        MaintenanceRules.standard().removingUnknownOlderThan(Duration.ofDays(1));

    OrphanRemoval done = new RemoveOrphans(listed, rules, Clock.systemUTC()).run();

    assertThat(done.removed(), is(0));
    assertThat(rowsOf(table), is(Map.of("p1", 1L)));
  }

  @Test
  void aTableToWhichNothingWasWrittenHasNoOrphans() {
    description.prepare();

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done, is(new OrphanRemoval(0, 0, 0, 0, 0, Optional.empty())));
  }

  @Test
  void nothingIsRemovedFromAFolderThatOtherTablesMayShare() throws IOException {
    Path shared = folder.resolve("shared");
    Table table = description.prepare();
    table.updateProperties().set(TableProperties.WRITE_DATA_LOCATION, shared.toString()).commit();
    Path file =
        Files.writeString(
            Files.createDirectories(shared)
                .resolve("00000-0-weir-compact~" + UUID.randomUUID() + "-00001.parquet"),
            "file");
    touch(Set.of(file.toString()), NOW.minus(Duration.ofDays(9)));

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(Files.exists(file), is(true));
    assertThat(done.toString(), containsString("is not within the table's folder"));
  }

  @Test
  void nothingIsRemovedFromATableThatForbidsIt() throws IOException {
    Table table = description.prepare();
    table.updateProperties().set(TableProperties.GC_ENABLED, "false").commit();
    Path file = fileNamed("00000-0-weir-compact~" + UUID.randomUUID() + "-00001.parquet");
    touch(Set.of(file.toString()), NOW.minus(Duration.ofDays(9)));

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(Files.exists(file), is(true));
    assertThat(done.skipReason(), is(Optional.of("the table has gc.enabled=false")));
  }

  @Test
  void aFileSystemThatCannotListFilesIsSkipped() {
    Table table = MemoryTable.create(List.of());

    OrphanRemoval done =
        new RemoveOrphans(table, MaintenanceRules.standard(), Clock.systemUTC()).run();

    assertThat(done.toString(), containsString("InMemoryFileIO cannot list files"));
  }

  @Test
  void recordsOfRunsThatCannotBeRepeatedAreRemovedAfterAMonth() {
    Table table = description.prepare();
    UpdateProperties properties = table.updateProperties();
    Instant old = NOW.minus(Duration.ofDays(31));
    properties.set(RunRecord.property("run-" + new UUID(1, 1)), run(1, 1, old));
    properties.set(
        RunRecord.property("run-" + new UUID(2, 2)), run(1, 1, NOW.minus(Duration.ofDays(29))));
    properties.set(RunRecord.property("run-" + new UUID(3, 3)), run(1, 2, old));
    properties.set(RunRecord.property("nightly"), run(1, 1, old));
    properties.set(RunRecord.property("run-2026-01"), run(1, 1, old));
    properties.commit();

    OrphanRemoval done = remove(MaintenanceRules.standard());

    assertThat(done.runsRemoved(), is(1));
    Set<String> left = new HashSet<>(description.prepare().properties().keySet());
    left.removeIf(name -> !name.startsWith(RunRecord.PREFIX));
    assertThat(
        left,
        is(
            Set.of(
                "weir.run.run-" + new UUID(2, 2),
                "weir.run.run-" + new UUID(3, 3),
                "weir.run.nightly",
                "weir.run.run-2026-01")));
  }

  private OrphanRemoval remove(MaintenanceRules rules) {
    try (OpenCatalog open = LedgerCatalog.inFolder(folder).open()) {
      return new RemoveOrphans(open.table(NAME), rules, Clock.systemUTC()).run();
    }
  }

  private static State readMoreAndStop(SimulatedJob<?> job) {
    job.read(3);
    job.finishBundle();
    job.read(2);
    return job.savepoint();
  }

  /** The simulated job has no clock; its attempts count as started at these times. */
  private void startedAt(String sink, Instant... times) {
    Table table = description.prepare();
    SinkRecord record = SinkRecord.parse(table.properties().get(SinkRecord.property(sink)));
    assertThat(record.attempts().size(), is(times.length));
    List<SinkRecord.Attempt> attempts = new ArrayList<>();
    for (int n = 0; n < times.length; n++) {
      SinkRecord.Attempt attempt = record.attempts().get(n);
      attempts.add(new SinkRecord.Attempt(attempt.id(), attempt.from(), times[n].toEpochMilli()));
    }
    table
        .updateProperties()
        .set(
            SinkRecord.property(sink),
            new SinkRecord(record.job(), record.through(), attempts, record.superseded()).toJson())
        .commit();
  }

  private Path fileNamed(String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve("bank/payments/data/account=a"));
    return Files.writeString(data.resolve(name), "file");
  }

  private static void touch(Set<String> files, Instant time) throws IOException {
    for (String file : files) {
      Files.setLastModifiedTime(Path.of(file), FileTime.from(time));
    }
  }

  private static Set<String> without(Set<String> files, Set<String> others) {
    Set<String> rest = new HashSet<>(files);
    rest.removeAll(others);
    return rest;
  }

  private static List<GenericRecord> rows(int count) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(payment("p" + n, "a" + n % 2, n, NOON));
    }
    return rows;
  }

  private static Map<String, Long> rowsOf(Table table) {
    return centsById(MemoryTable.read(table));
  }

  private static String run(int made, int commits, Instant finished) {
    RunRecord record = new RunRecord("run", commits, List.of(), 0);
    for (int n = 0; n < made; n++) {
      record = record.with("run", n, finished.toEpochMilli());
    }
    return record.toJson();
  }
}
