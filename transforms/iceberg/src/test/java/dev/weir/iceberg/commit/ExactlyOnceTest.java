package dev.weir.iceberg.commit;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.testing.Manifests;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.testing.SimulatedJob.State;
import dev.weir.iceberg.write.LedgerWriter;
import dev.weir.iceberg.write.Rows;
import dev.weir.iceberg.write.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Random changes, epochs, faults and restores against a plain map; a failure names its seed. */
class ExactlyOnceTest {
  private static final long FIRST_SEED = Long.getLong("weir.seed", 20_261_121L);
  private static final int RUNS = Integer.getInteger("weir.runs", 3);
  private static final long NOON = 1_767_268_800_000L;
  private static final long DAY = 86_400_000L;
  private static final int CHANGES = 300;
  private static final int KEYS = 25;

  @TestFactory
  List<DynamicTest> anyRunOfAppendsLeavesEachRowOnce() {
    return runs("append", ExactlyOnceTest::append);
  }

  @TestFactory
  List<DynamicTest> anyRunOfChangesLeavesTheLastRowOfEachKey() {
    return runs("upsert", random -> upsert(random, 2, false));
  }

  @TestFactory
  List<DynamicTest> anyRunOfChangesWithDeletionVectorsLeavesTheLastRowOfEachKey() {
    return runs("upsert in version 3", random -> upsert(random, 3, false));
  }

  @TestFactory
  List<DynamicTest> anyRunOfChangesWithAnUpgradeLeavesTheLastRowOfEachKey() {
    return runs("upsert in version 2, then 3", random -> upsert(random, 2, true));
  }

  private interface Run {
    void under(Random random);
  }

  private static List<DynamicTest> runs(String name, Run run) {
    List<DynamicTest> tests = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      long thisSeed = seed;
      tests.add(
          DynamicTest.dynamicTest(name + " seed " + seed, () -> run.under(new Random(thisSeed))));
    }
    return tests;
  }

  private static void append(Random random) {
    List<GenericRecord> log = new ArrayList<>();
    Map<String, Long> expected = new TreeMap<>();
    for (int n = 0; n < 200; n++) {
      GenericRecord row =
          payment("p" + n, "a" + random.nextInt(9), n, NOON + random.nextInt(2) * DAY);
      log.add(row);
      expected.put("p" + n, (long) n);
    }
    Table table = MemoryTable.create(List.of());
    SimulatedJob<GenericRecord> job =
        new SimulatedJob<>(table, "live", new Rows.Appended<>(), log, 1 + random.nextInt(2));
    play(job, random, table, expected);
    assertThat(Payments.centsById(MemoryTable.read(table)), is(expected));
  }

  private static void upsert(Random random, int formatVersion, boolean upgrade) {
    boolean besides = random.nextInt(3) == 0;
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    List<Map<String, Long>> expected = new ArrayList<>();
    Map<String, Long> rows = new TreeMap<>();
    expected.add(Map.of());
    for (int n = 0; n < CHANGES + (besides ? KEYS : 0); n++) {
      // If others change the same keys, every key is changed once more in the end: then it does not
      // matter what they wrote.
      int key = n < CHANGES ? random.nextInt(KEYS) : n - CHANGES;
      GenericRecord row = payment("p" + key, "a" + key % 7, n, NOON + key % 2 * DAY);
      Position position = new Position(n, 0);
      if (random.nextInt(4) == 0) {
        log.add(RowChange.delete(row, position));
        rows.remove("p" + key);
      } else {
        log.add(RowChange.upsert(row, position));
        rows.put("p" + key, (long) n);
      }
      expected.add(new TreeMap<>(rows));
    }
    Table table = MemoryTable.create(List.of("id", "ts"), formatVersion);
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(
            table,
            "live",
            new Rows.Changed<>(random.nextBoolean() ? KEYS : 1 + random.nextInt(4)),
            log,
            1 + random.nextInt(2));
    playChanges(job, random, table, expected, new Others(besides, upgrade));
    job.checkpoint(null);
    assertThat(Payments.centsById(MemoryTable.read(table)), is(expected.get(log.size())));
    Manifests.assertThatTheyHaveTheSequenceNumbersOfTheirSnapshots(table);
  }

  private static void playChanges(
      SimulatedJob<RowChange<GenericRecord>> job,
      Random random,
      Table table,
      List<Map<String, Long>> expected,
      Others others) {
    State savepoint = null;
    int most = 0;
    for (int faults = 30; !job.isAtEnd() || faults > 0; faults--) {
      int left = (faults > 0 ? CHANGES : expected.size()) - job.offset();
      job.read(Math.min(1 + random.nextInt(20), left));
      most = Math.max(most, job.offset());
      boolean committed = false;
      switch (faults <= 0 ? 0 : random.nextInt(18)) {
        case 1 -> job.finishBundle();
        case 2 -> job.failCheckpoint();
        case 3 -> job.kill();
        case 4 -> job.checkpoint(Fault.BEFORE);
        case 5 -> job.checkpoint(Fault.RESPONSE_LOST);
        case 6 -> savepoint = job.savepoint();
        case 7 -> {
          if (savepoint != null) {
            job.restore(savepoint);
          }
        }
        case 8 -> {
          Runnable other = others.change(table, random);
          job.faults().race(other);
          job.checkpoint(null);
          committed = true;
        }
        case 9 -> {
          job.finishBundle();
          others.change(table, random).run();
          job.checkpoint(null);
          committed = true;
        }
        case 10 -> others.change(table, random).run();
        case 11, 12, 13 -> job.moveShards();
        case 14 -> job.failBundle();
        case 15 -> job.failLooks(random.nextBoolean());
        case 16 -> job.checkpoint(Fault.ERROR_AFTERWARDS);
        case 17 -> job.checkpoint(Fault.REPORTED_AS_FAILED);
        default -> {
          job.checkpoint(null);
          committed = true;
        }
      }
      if (committed && random.nextBoolean()) {
        // A row that is in the table twice is an error.
        Map<String, Long> rows = Payments.centsById(MemoryTable.read(table));
        // A job that was restored replaces the rows that the table has of later changes.
        if (!others.besides() && job.offset() >= most) {
          assertThat(rows, is(expected.get(job.offset())));
        }
      }
    }
  }

  /**
   * What others do to the table.
   *
   * @param besides whether they change the same keys
   * @param upgrade whether they may upgrade the table to format version 3
   */
  private record Others(boolean besides, boolean upgrade) {

    Runnable change(Table table, Random random) {
      int key = random.nextInt(KEYS);
      int cents = -1 - random.nextInt(1_000);
      if (upgrade && random.nextInt(4) == 0) {
        return () -> MemoryTable.upgrade(table);
      }
      return besides
          ? () ->
              changeBesides(
                  table,
                  RowChange.upsert(
                      payment("p" + key, "a" + key % 7, cents, NOON + key % 2 * DAY),
                      new Position(0, 0)))
          : () -> table.updateProperties().set("note", "n" + cents).commit();
    }
  }

  /** A writer that knows nothing of this sink replaces a row. */
  private static void changeBesides(Table table, RowChange<GenericRecord> change) {
    try (LedgerWriter<RowChange<GenericRecord>> writer =
        new Rows.Changed<GenericRecord>()
            .writer(
                table,
                new TableRows(table, Payments.SCHEMA),
                SinkId.fileNames(table, "other"),
                false)) {
      writer.add(0, change);
      PlainCommit.of(table, writer.finish());
    }
  }

  private static void play(
      SimulatedJob<?> job, Random random, Table table, Map<String, Long> expected) {
    State savepoint = null;
    int faults = 12;
    int others = 0;
    while (!job.isAtEnd() || faults > 0) {
      job.read(1 + random.nextInt(30));
      boolean calm = faults <= 0;
      switch (calm ? 0 : random.nextInt(9)) {
        case 1 -> job.finishBundle();
        case 2 -> job.failCheckpoint();
        case 3 -> job.kill();
        case 4 -> job.checkpoint(Fault.BEFORE);
        case 5 -> job.checkpoint(Fault.RESPONSE_LOST);
        case 6 -> savepoint = job.savepoint();
        case 7 -> {
          if (savepoint != null) {
            job.restore(savepoint);
          }
        }
        case 8 -> {
          GenericRecord row = payment("other" + others, "other", others, NOON);
          expected.put("other" + others, (long) others++);
          job.faults().race(() -> appendBesides(table, row));
          job.checkpoint(null);
        }
        default -> job.checkpoint(null);
      }
      faults--;
    }
    job.checkpoint(null);
  }

  /** A writer that knows nothing of this sink commits a row. */
  private static void appendBesides(Table table, GenericRecord row) {
    LedgerWriter<GenericRecord> writer =
        new Rows.Appended<GenericRecord>()
            .writer(
                table,
                new TableRows(table, Payments.SCHEMA),
                SinkId.fileNames(table, "other"),
                false);
    writer.add(0, row);
    var append = table.newAppend();
    writer.finish().stream()
        .flatMap(files -> TableChange.files(table, files).stream())
        .forEach(file -> append.appendFile((org.apache.iceberg.DataFile) file));
    append.commit();
  }
}
