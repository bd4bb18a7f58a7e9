package dev.weir.iceberg.maintain;

import static dev.weir.iceberg.testing.Payments.centsById;
import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.write.Rows;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintainTableTest {
  private static final String NAME = "bank.payments";
  private static final long NOON = 1_767_268_800_000L;
  private static final Clock IN_A_WEEK = Clock.offset(Clock.systemUTC(), Duration.ofDays(7));

  @TempDir Path folder;

  @Test
  void allStepsKeepTheRowsAndReportWhatTheyDid() {
    Table table = description().withKey("id").prepare();
    table.updateProperties().set(TableProperties.MANIFEST_MERGE_ENABLED, "false").commit();
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(table, "live", new Rows.Changed<>(), changes(30), 1);
    while (!job.isAtEnd()) {
      job.read(2);
      job.checkpoint(null);
    }
    Map<String, Long> before = rows(table);

    MaintenanceRules rules = MaintenanceRules.standard().withHistory(Duration.ofDays(5), 1);

    Maintenance done = maintain(rules).by(IN_A_WEEK).run();

    assertThat(rows(table), is(before));
    assertThat(before, is(Map.of("p0", 28L, "p1", 29L)));
    assertThat(done.compaction().filesBefore(), is(15));
    assertThat(done.compaction().filesAfter(), is(1));
    // The first commit has none.
    assertThat(done.compaction().deleteFilesRemoved(), is(14));
    assertThat(done.expiry().snapshots(), is(16));
    assertThat(done.expiry().files(), greaterThan(44L));
    assertThat(
        done.toString(),
        matchesPattern(
            "table bank.payments\n"
                + "  compaction: 15 data files \\(\\d+ bytes\\) rewritten as 1 \\(\\d+ bytes\\),"
                + " 14 delete files removed\n"
                + "  manifests: \\d+ manifests left as they are\n"
                + "  history: 16 snapshots expired, \\d+ files removed with them\n"
                + "  orphans: 0 files \\(0 bytes\\) removed, 0 \\(0 bytes\\) kept, which may be"
                + " pending, 0 run records removed"));
    assertThat(maintain(MaintenanceRules.standard()).run().compaction().filesBefore(), is(0));
  }

  @Test
  void historyIsKeptByAgeAndByNumber() {
    Table table = description().prepare();
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), payments(9), 1);
    while (!job.isAtEnd()) {
      job.read(1);
      job.checkpoint(null);
    }
    Map<String, Long> before = rows(table);
    MaintenanceRules days5 = MaintenanceRules.standard().withHistory(Duration.ofDays(5), 2);

    assertThat(expire(table, days5, Clock.systemUTC()), is(new Expiry(0, 0)));
    assertThat(expire(table, days5, IN_A_WEEK).snapshots(), is(7));
    assertThat(rows(table), is(before));
  }

  private static Expiry expire(Table table, MaintenanceRules rules, Clock clock) {
    table.refresh();
    return new ExpireHistory(table, rules, clock, null).run();
  }

  @Test
  void aJobRestoredFromASavepointWithinTheHistoryUndoesItsAppends() {
    Table table = description().prepare();
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), payments(30), 1);
    job.read(1);
    job.checkpoint(null);
    SimulatedJob.State savepoint = job.savepoint();
    for (int n = 0; n < 20; n++) {
      job.read(1);
      job.checkpoint(null);
    }
    Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofHours(23));

    maintain(MaintenanceRules.standard()).by(tomorrow).run();

    job.restore(savepoint);
    while (!job.isAtEnd()) {
      job.read(7);
      job.checkpoint(null);
    }
    assertThat(rows(table).size(), is(30));
  }

  @Test
  void manySmallManifestsAreMergedAndAFewAreNot() {
    Table table = description().prepare();
    table.updateProperties().set(TableProperties.MANIFEST_MERGE_ENABLED, "false").commit();
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), payments(10), 1);
    for (int n = 0; n < 9; n++) {
      job.read(1);
      job.checkpoint(null);
    }
    table.refresh();
    assertThat(new MergeManifests(table).run(), is(new ManifestMerge(9, 9)));
    job.read(1);
    job.checkpoint(null);
    Map<String, Long> before = rows(table);

    table.refresh();
    assertThat(new MergeManifests(table).run(), is(new ManifestMerge(10, 1)));

    assertThat(rows(table), is(before));
  }

  @Test
  void aMissingTableIsAnError() {
    LedgerException error =
        assertThrows(LedgerException.class, () -> maintain(MaintenanceRules.standard()).run());

    assertThat(error.getMessage(), is("table bank.payments does not exist"));
  }

  @Test
  void invalidRulesAreRefused() {
    MaintenanceRules rules = MaintenanceRules.standard();
    assertThrows(IllegalArgumentException.class, () -> rules.withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> rules.withTargetFileSize(-1));
    assertThrows(IllegalArgumentException.class, () -> rules.withDeleteFilesPerFile(0));
    assertThrows(IllegalArgumentException.class, () -> rules.withHistory(Duration.ofDays(1), 0));
  }

  private MaintainTable maintain(MaintenanceRules rules) {
    return MaintainTable.of(LedgerCatalog.inFolder(folder), NAME, rules);
  }

  private LedgerTable description() {
    return LedgerTable.of(LedgerCatalog.inFolder(folder), NAME, Payments.SCHEMA);
  }

  private static List<GenericRecord> payments(int count) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(payment("p" + n, "a" + n, n, NOON));
    }
    return rows;
  }

  private static List<RowChange<GenericRecord>> changes(int count) {
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      changes.add(RowChange.upsert(payment("p" + n % 2, "a" + n % 2, n, NOON), new Position(n, 0)));
    }
    return changes;
  }

  private static Map<String, Long> rows(Table table) {
    return centsById(MemoryTable.read(table));
  }
}
