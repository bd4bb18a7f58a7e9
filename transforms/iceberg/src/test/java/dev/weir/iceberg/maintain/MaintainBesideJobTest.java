package dev.weir.iceberg.maintain;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Racing;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.testing.SimulatedJob.State;
import dev.weir.iceberg.write.Rows;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A job that upserts and deletes, is killed and restored, while its table is compacted, and its
 * history expires, between and during its commits. A failure names its seed.
 */
class MaintainBesideJobTest {
  private static final long FIRST_SEED = Long.getLong("weir.seed", 20_261_121L);
  private static final int RUNS = Integer.getInteger("weir.runs", 2);
  private static final long NOON = 1_767_268_800_000L;
  private static final long DAY = 86_400_000L;

  @TestFactory
  List<DynamicTest> whateverComesInBetweenTheTableHasTheLastRowOfEachKey() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      long thisSeed = seed;
      tests.add(DynamicTest.dynamicTest("seed " + seed, () -> play(new Random(thisSeed))));
    }
    return tests;
  }

  @Test
  void rowsDeletedByPositionWhileTheirFileIsRewrittenStayDeleted() {
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      log.add(RowChange.upsert(payment("p" + n, "a", n, NOON), new Position(n, 0)));
    }
    log.add(RowChange.upsert(payment("p0", "a", 10, NOON), new Position(6, 0)));
    log.add(RowChange.delete(payment("p1", "a", 0, NOON), new Position(7, 0)));
    log.add(RowChange.upsert(payment("p2", "a", 12, NOON), new Position(8, 0)));
    Table table = MemoryTable.create(List.of("id", "ts"));
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(table, "live", new Rows.Changed<>(), log, 1);
    job.read(6);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);

    Compaction done =
        new CompactFiles(
                Racing.whileRewriting(
                    table,
                    () -> {
                      job.read(2);
                      job.checkpoint(null);
                    }),
                MaintenanceRules.standard().withDeleteFilesPerFile(1),
                Clock.systemUTC(),
                null)
            .run();

    assertThat(done.groupsSkipped(), is(0));
    assertThat(
        Payments.centsById(MemoryTable.read(table)),
        is(Map.of("p0", 10L, "p2", 12L, "p3", 3L, "p4", 4L, "p5", 5L)));
    // Those are the rows of the second commit; the compaction was not planned again after the
    // third.
    List<Long> compacted = new ArrayList<>();
    table
        .newScan()
        .planFiles()
        .forEach(
            task -> {
              if (task.file().location().contains("weir-compact")) {
                compacted.add(task.file().dataSequenceNumber());
              }
            });
    assertThat(compacted, is(List.of(2L)));
  }

  private static void play(Random random) {
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    List<Map<String, Long>> expected = new ArrayList<>();
    Map<String, Long> rows = new TreeMap<>();
    expected.add(Map.of());
    for (int n = 0; n < 45; n++) {
      int key = random.nextInt(12);
      GenericRecord row = payment("p" + key, "a", n, NOON + key % 2 * DAY);
      Position position = new Position(n, 0);
      if (random.nextInt(3) == 0) {
        log.add(RowChange.delete(row, position));
        rows.remove("p" + key);
      } else {
        log.add(RowChange.upsert(row, position));
        rows.put("p" + key, (long) n);
      }
      expected.add(new TreeMap<>(rows));
    }
    Table table = MemoryTable.create(List.of("id", "ts"));
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(
            table,
            "live",
            new Rows.Changed<>(random.nextBoolean() ? 12 : 1 + random.nextInt(3)),
            log,
            1 + random.nextInt(2));
    int restores = 4;
    State savepoint = null;
    while (!job.isAtEnd()) {
      step(job, random);
      switch (random.nextInt(10)) {
        case 7, 8 -> {
          // Between the files and their commit.
          job.read(1 + random.nextInt(3));
          job.finishBundle();
          compact(table, random);
          if (random.nextBoolean()) {
            expire(table);
          }
          job.checkpoint(null);
        }
        case 9 -> job.moveShards();
        case 0 -> compact(table, random);
        case 1 ->
            compact(
                Racing.whileRewriting(table, () -> steps(job, 1 + random.nextInt(3), random)),
                random);
        case 2 -> compact(Racing.beforeCommit(table, () -> step(job, random)), random);
        case 3 -> expire(table);
        case 4 -> savepoint = job.savepoint();
        case 5 -> {
          if (savepoint != null && restores-- > 0) {
            job.restore(savepoint);
          }
        }
        default -> job.kill();
      }
      // A row that is in the table twice is an error.
      Payments.centsById(MemoryTable.read(table));
    }
    job.checkpoint(null);
    compact(table, 1);
    assertThat(Payments.centsById(MemoryTable.read(table)), is(expected.get(log.size())));
    assertThat(filesWithDeletes(table), is(empty()));
  }

  private static void steps(SimulatedJob<?> job, int count, Random random) {
    for (int n = 0; n < count; n++) {
      step(job, random);
    }
  }

  /** Few changes per commit, so that some commits contain only deletes. */
  private static void step(SimulatedJob<?> job, Random random) {
    job.read(1 + random.nextInt(3));
    job.checkpoint(null);
  }

  private static void compact(Table table, Random random) {
    compact(table, 1 + random.nextInt(3));
  }

  private static void compact(Table table, int deleteFilesPerFile) {
    table.refresh();
    new CompactFiles(
            table,
            MaintenanceRules.standard().withDeleteFilesPerFile(deleteFilesPerFile),
            Clock.systemUTC(),
            null)
        .run();
  }

  /** Data files with deleted rows; a table that was just compacted has none. */
  private static List<String> filesWithDeletes(Table table) {
    List<String> files = new ArrayList<>();
    table
        .newScan()
        .planFiles()
        .forEach(
            task -> {
              if (!task.deletes().isEmpty()) {
                files.add(task.file().location());
              }
            });
    return files;
  }

  private static void expire(Table table) {
    table.refresh();
    new ExpireHistory(
            table,
            MaintenanceRules.standard().withHistory(Duration.ZERO, 1),
            Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)),
            null)
        .run();
  }
}
