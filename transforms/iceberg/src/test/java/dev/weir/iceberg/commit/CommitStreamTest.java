package dev.weir.iceberg.commit;

import static dev.weir.iceberg.testing.Payments.centsById;
import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.testing.FaultyOperations;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.testing.Manifests;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.SimulatedJob;
import dev.weir.iceberg.testing.SimulatedJob.State;
import dev.weir.iceberg.write.Rows;
import dev.weir.iceberg.write.TableRows;
import dev.weir.iceberg.write.UpsertWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.junit.jupiter.api.Test;

/** Each failure case that docs/ledger.md names. */
class CommitStreamTest {
  private static final long NOON = 1_767_268_800_000L;

  private final Table appends = MemoryTable.create(List.of());
  private final Table upserts = MemoryTable.create(List.of("id", "ts"));

  @Test
  void aJobKilledBeforeItsCommitCommitsAfterTheRestart() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 10));
    job.read(10);
    job.checkpoint(Fault.BEFORE);
    assertThat(MemoryTable.read(appends).size(), is(0));

    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));
  }

  @Test
  void aCommitWhoseResponseWasLostIsNotMadeAgain() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 10));
    job.read(10);
    job.checkpoint(Fault.RESPONSE_LOST);
    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));

    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));
    assertThat(snapshots(appends), is(1));
  }

  @Test
  void aLostCommitThatSucceedsDuringTheNextAttemptIsNotMadeAgain() {
    List<NumberedFiles> pending = pending(appending("live", rows(0, 10)), 10);
    FaultyOperations faults = new FaultyOperations(appends);
    CommitStream late = new CommitStream(appends, "live", true, Duration.ZERO);
    faults.race(() -> late.commit(pending));

    CommitStream.Done done =
        new CommitStream(faults.table(), "live", true, Duration.ZERO).commit(pending);

    assertThat(done.skipped(), is(pending.size()));
    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));
    assertThat(snapshots(appends), is(1));
  }

  @Test
  void aCommitThatWasMadeAndReportedAsFailedIsACommit() {
    List<NumberedFiles> pending = pending(appending("live", rows(0, 10)), 10);
    FaultyOperations faults = new FaultyOperations(appends);
    faults.next(Fault.REPORTED_AS_FAILED);

    CommitStream.Done done =
        new CommitStream(faults.table(), "live", true, Duration.ZERO).commit(pending);

    assertThat(done.rows(), is(10L));
    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));
    assertThat(snapshots(appends), is(1));
  }

  @Test
  void deletionVectorsOfACommitWithAnUnclearOutcomeStay() {
    MemoryTable.upgrade(upserts);
    SimulatedJob<RowChange<GenericRecord>> job =
        changing(
            "live", List.of(change("p0", 1), change("p1", 1), change("p0", 2), change("p1", 2)));
    job.read(2);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(Fault.ERROR_AFTERWARDS);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L, "p1", 2L)));
  }

  @Test
  void positionDeletesOfOtherDataFilesStayWhenADeletionVectorIsMade() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing(
            "live",
            List.of(
                change("p0", 1),
                change("p1", 1),
                change("p2", 1),
                change("p0", 2),
                change("p2", 2),
                change("p1", 2)));
    job.read(2);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);
    // One delete file for each of the two data files.
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);
    MemoryTable.upgrade(upserts);
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L, "p1", 2L, "p2", 2L)));
  }

  @Test
  void anUnknownOutcomeIsAFailureAndDeletesNothing() {
    List<NumberedFiles> pending = pending(appending("live", rows(0, 10)), 10);
    FaultyOperations faults = new FaultyOperations(appends);
    faults.next(Fault.RESPONSE_LOST);
    CommitStream commits = new CommitStream(faults.table(), "live", true, Duration.ZERO);

    assertThrows(CommitStateUnknownException.class, () -> commits.commit(pending));

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 10)));
  }

  @Test
  void twoEpochsThatAFailedCheckpointLeftTogetherAreTwoSnapshots() {
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    log.add(RowChange.upsert(payment("p0", "a", 0, NOON), new Position(0, 0)));
    log.add(RowChange.delete(payment("p0", "a", 0, NOON), new Position(1, 0)));
    SimulatedJob<RowChange<GenericRecord>> job = changing("live", log);
    job.read(1);
    job.failCheckpoint();
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(aMapWithSize(0)));
    assertThat(snapshots(upserts), is(2));
  }

  @Test
  void twoSnapshotsOfOneCommitKeepTheirOrderIfAnotherCommitComesFirst() {
    SimulatedJob<RowChange<GenericRecord>> other = changing("other", List.of(change("p9", 1)));
    other.read(1);
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2), change("p1", 3)));
    job.read(1);
    job.checkpoint(null);
    job.kill();
    job.read(1);
    job.failCheckpoint();
    job.read(1);
    job.faults().race(() -> other.checkpoint(null));
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L, "p1", 3L, "p9", 1L)));
    assertThat(snapshots(upserts), is(4));
    Manifests.assertThatTheyHaveTheSequenceNumbersOfTheirSnapshots(upserts);
  }

  @Test
  void aRowDeletedAndWrittenAgainInOneEpochExists() {
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    log.add(RowChange.upsert(payment("p0", "a", 0, NOON), new Position(0, 0)));
    log.add(RowChange.delete(payment("p0", "a", 0, NOON), new Position(1, 0)));
    log.add(RowChange.upsert(payment("p0", "a", 2, NOON), new Position(2, 0)));
    SimulatedJob<RowChange<GenericRecord>> job = changing("live", log);
    job.read(1);
    job.checkpoint(null);
    job.read(2);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L)));
    assertThat(snapshots(upserts), is(2));
  }

  @Test
  void aSavepointOlderThanTheTableLosesNothingAndRepeatsNothing() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 30));
    job.read(5);
    job.checkpoint(null);
    job.read(5);
    State savepoint = job.savepoint();
    job.read(10);
    job.checkpoint(null);
    job.read(5);
    job.checkpoint(null);

    job.restore(savepoint);
    job.read(7);
    job.checkpoint(null);
    job.read(13);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 30)));
  }

  @Test
  void olderAndOlderSavepointsLoseNothingAndRepeatNothing() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 40));
    job.read(5);
    job.checkpoint(null);
    State oldest = job.savepoint();
    job.read(5);
    State older = job.savepoint();
    for (int epoch = 0; epoch < 3; epoch++) {
      job.read(5);
      job.checkpoint(null);
    }
    job.restore(older);
    job.read(9);
    job.checkpoint(null);

    job.restore(oldest);
    job.read(40);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 40)));
  }

  @Test
  void aSavepointWhoseLaterCommitsAreExpiredIsAnError() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 30));
    job.read(5);
    job.checkpoint(null);
    State savepoint = job.savepoint();
    job.read(5);
    job.checkpoint(null);
    job.read(5);
    job.checkpoint(null);
    appends.expireSnapshots().retainLast(1).expireOlderThan(System.currentTimeMillis()).commit();

    job.restore(savepoint);
    job.read(5);
    LedgerException e = assertThrows(LedgerException.class, () -> job.checkpoint(null));

    assertThat(e.getMessage(), containsString("no longer exist and cannot be undone"));
    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 15)));
  }

  @Test
  void aSecondJobUnderTheSameSinkIdContinuesAndTheFirstFails() {
    SimulatedJob<GenericRecord> first = appending("live", rows(0, 20));
    first.read(10);
    first.checkpoint(null);
    SimulatedJob<GenericRecord> second = appending("live", rows(100, 110));
    second.read(10);
    second.checkpoint(null);
    first.read(10);

    LedgerException e = assertThrows(LedgerException.class, () -> first.checkpoint(null));

    assertThat(e.getMessage(), containsString("taken over"));
    assertThat(
        centsById(MemoryTable.read(appends)).keySet().stream()
            .filter(id -> id.length() == 2)
            .count(),
        is(10L));
    second.checkpoint(null);
    assertThat(MemoryTable.read(appends).size(), is(20));
  }

  @Test
  void aCopyOfARunningJobIsRejectedOrRejectsIt() {
    List<RowChange<GenericRecord>> log = List.of(change("p0", 1), change("p0", 2), change("p0", 3));
    SimulatedJob<RowChange<GenericRecord>> job = changing("live", log);
    job.read(1);
    job.checkpoint(null);
    SimulatedJob<RowChange<GenericRecord>> copy = changing("live", log);
    copy.restore(job.savepoint());
    job.read(1);
    job.checkpoint(null);
    copy.read(1);
    copy.checkpoint(null);
    job.read(1);

    LedgerException e = assertThrows(LedgerException.class, () -> job.checkpoint(null));

    assertThat(e.getMessage(), containsString("another start of the same job"));
    copy.read(1);
    copy.checkpoint(null);
    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
  }

  @Test
  void twoSinksShareATable() {
    SimulatedJob<GenericRecord> one = appending("one", rows(0, 10));
    SimulatedJob<GenericRecord> two = appending("two", rows(10, 20));
    one.read(10);
    two.read(10);
    one.faults().race(() -> two.checkpoint(null));
    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 20)));
  }

  @Test
  void rowsThatAnotherSinkAddsDuringAFirstCommitAreReplaced() {
    SimulatedJob<RowChange<GenericRecord>> one = changing("one", List.of(change("p0", 1)));
    SimulatedJob<RowChange<GenericRecord>> two = changing("two", List.of(change("p0", 2)));
    one.read(1);
    two.read(1);
    one.faults().race(() -> two.checkpoint(null));

    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 1L)));
    assertThat(snapshots(upserts), is(2));
  }

  @Test
  void newKeysHaveNoDeletesAndRememberedRowsAreDeletedByPosition() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p1", 1), change("p0", 2)));
    job.read(1);
    job.checkpoint(null);
    job.read(2);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L, "p1", 1L)));
    assertThat(deletes(upserts), is(List.of("0 by key, 0 by position", "0 by key, 1 by position")));
  }

  @Test
  void afterARestartKeysAreDeletedByKeyUntilTheyAreWrittenAgain() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2), change("p0", 3)));
    job.read(1);
    job.checkpoint(null);
    job.kill();
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
    assertThat(
        deletes(upserts),
        is(
            List.of(
                "0 by key, 0 by position", "1 by key, 0 by position", "0 by key, 1 by position")));
  }

  @Test
  void aWriterThatCannotRefreshTheTableDeletesByKey() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2), change("p0", 3)));
    job.read(1);
    job.checkpoint(null);
    job.failLooks(true);
    job.read(1);
    job.checkpoint(null);
    job.failLooks(false);
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
    assertThat(
        deletes(upserts),
        is(
            List.of(
                "0 by key, 0 by position", "1 by key, 0 by position", "0 by key, 1 by position")));
  }

  @Test
  void whatOthersDidSinceTheLastSuccessfulRefreshIsFound() {
    SimulatedJob<RowChange<GenericRecord>> one =
        changing("one", List.of(change("p0", 1), change("p0", 2), change("p0", 4)));
    SimulatedJob<RowChange<GenericRecord>> two = changing("two", List.of(change("p0", 3)));
    one.read(1);
    one.checkpoint(null);
    one.failLooks(true);
    one.read(1);
    one.checkpoint(null);
    two.read(1);
    two.checkpoint(null);
    one.failLooks(false);
    one.read(1);
    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 4L)));
  }

  @Test
  void whatOthersDidBeforeTheFirstSuccessfulRefreshIsFound() {
    SimulatedJob<RowChange<GenericRecord>> one =
        changing("one", List.of(change("p0", 1), change("p0", 3)));
    SimulatedJob<RowChange<GenericRecord>> two = changing("two", List.of(change("p0", 2)));
    one.failLooks(true);
    one.read(1);
    one.checkpoint(null);
    two.read(1);
    two.checkpoint(null);
    one.failLooks(false);
    one.read(1);
    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
  }

  @Test
  void aShardThatAnotherInstanceHasWrittenIsNotRemembered() {
    SimulatedJob<RowChange<GenericRecord>> job =
        new SimulatedJob<>(
            upserts,
            "live",
            new Rows.Changed<>(),
            List.of(change("p0", 1), change("p0", 2), change("p0", 3)),
            2);
    for (int n = 0; n < 3; n++) {
      job.read(1);
      job.moveShards();
      job.checkpoint(null);
    }

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
  }

  @Test
  void whatABundleWroteThatFailedIsNotRemembered() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2)));
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.failBundle();
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L)));
    assertThat(deletes(upserts), is(List.of("0 by key, 0 by position", "1 by key, 0 by position")));
  }

  @Test
  void aRowThatAnotherSinkAddsBetweenTheFilesAndTheirCommitIsReplaced() {
    SimulatedJob<RowChange<GenericRecord>> one =
        changing("one", List.of(change("p0", 1), change("p0", 3), change("p1", 4)));
    SimulatedJob<RowChange<GenericRecord>> two =
        changing("two", List.of(change("p0", 2), change("p1", 2)));
    one.read(1);
    one.checkpoint(null);
    one.read(2);
    one.finishBundle();
    two.read(2);
    two.checkpoint(null);

    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L, "p1", 4L)));
  }

  @Test
  void deletesByKeyAreOfThePartitionOfTheirRowsIfThePartitioningHasChanged() {
    SimulatedJob<RowChange<GenericRecord>> one =
        changing("one", List.of(change("p0", 1), change("p0", 3)));
    SimulatedJob<RowChange<GenericRecord>> two = changing("two", List.of(change("p0", 2)));
    one.read(1);
    one.checkpoint(null);
    one.read(1);
    one.finishBundle();
    two.read(1);
    two.checkpoint(null);
    upserts.updateSpec().addField("id").commit();

    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
  }

  @Test
  void aKeyThatAnEarlierStartHasPendingIsNotNew() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2), change("p0", 3)));
    job.read(1);
    State pending = job.savepoint();
    // As if the number of writers had changed: no writer has written the shards before.
    job.restore(
        new State(pending.offset(), pending.job(), pending.last(), pending.pending(), Map.of()));
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
  }

  @Test
  void aDeletedRowStaysDeletedIfAnotherSinkReplacedItMeanwhile() {
    GenericRecord gone = payment("p0", "a", 0, NOON);
    SimulatedJob<RowChange<GenericRecord>> one =
        changing("one", List.of(change("p0", 1), RowChange.delete(gone, new Position(9, 0))));
    SimulatedJob<RowChange<GenericRecord>> two = changing("two", List.of(change("p0", 2)));
    one.read(1);
    one.checkpoint(null);
    one.read(1);
    one.finishBundle();
    two.read(1);
    two.checkpoint(null);

    one.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of()));
  }

  @Test
  void aTableUpgradedToVersion3HasDeletionVectorsOfPendingFilesAndOfLaterOnes() {
    GenericRecord gone = payment("p1", "a", 0, NOON);
    SimulatedJob<RowChange<GenericRecord>> job =
        changing(
            "live",
            List.of(
                change("p0", 1),
                change("p1", 1),
                change("p0", 2),
                RowChange.delete(gone, new Position(2, 1)),
                change("p0", 3)));
    job.read(2);
    job.checkpoint(null);
    job.read(2);
    job.finishBundle();
    MemoryTable.upgrade(upserts);
    job.checkpoint(null);
    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L)));
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 3L)));
    assertThat(
        vectors(upserts),
        is(List.of("0 added, 0 removed", "1 added, 0 removed", "1 added, 0 removed")));
  }

  @Test
  void aTableUpgradedToVersion3DuringACommitHasDeletionVectors() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing("live", List.of(change("p0", 1), change("p0", 2)));
    job.read(1);
    job.checkpoint(null);
    job.read(1);
    job.faults().race(() -> MemoryTable.upgrade(upserts));
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L)));
    assertThat(vectors(upserts), is(List.of("0 added, 0 removed", "1 added, 0 removed")));
  }

  @Test
  void aPendingFileThatDeletesItsOwnRowsIsCommittedAfterAnUpgradeToVersion3() {
    UpsertWriter<GenericRecord> writer =
        new UpsertWriter<>(
            upserts,
            new TableRows(upserts, Payments.SCHEMA),
            SinkId.fileNames(upserts, "live"),
            false,
            1);
    writer.add(0, change("p0", 1));
    writer.add(0, change("p0", 2));
    NumberedFiles pending =
        new NumberedFiles("job", "attempt", NOON, 1L, 1L, writer.finish().get(0));
    MemoryTable.upgrade(upserts);

    new CommitStream(upserts, "live", false, Duration.ZERO).commit(List.of(pending));

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L)));
    assertThat(vectors(upserts), is(List.of("1 added, 0 removed")));
  }

  @Test
  void aDataFileHasOneDeletionVectorHoweverOftenItsRowsAreDeleted() {
    MemoryTable.upgrade(upserts);
    List<RowChange<GenericRecord>> log = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      log.add(change("p" + n, 1));
    }
    for (int n = 0; n < 3; n++) {
      log.add(change("p" + n, 2));
    }
    SimulatedJob<RowChange<GenericRecord>> job = changing("live", log);
    job.read(5);
    job.checkpoint(null);
    for (int n = 0; n < 3; n++) {
      job.read(1);
      job.checkpoint(null);
    }

    assertThat(
        centsById(MemoryTable.read(upserts)),
        is(Map.of("p0", 2L, "p1", 2L, "p2", 2L, "p3", 1L, "p4", 1L)));
    assertThat(
        vectors(upserts),
        is(
            List.of(
                "0 added, 0 removed",
                "1 added, 0 removed",
                "1 added, 1 removed",
                "1 added, 1 removed")));
  }

  @Test
  void aDeletionVectorIncludesThePositionDeletesFromBeforeAnUpgrade() {
    SimulatedJob<RowChange<GenericRecord>> job =
        changing(
            "live",
            List.of(
                change("p0", 1),
                change("p1", 1),
                change("p2", 1),
                change("p0", 2),
                change("p1", 2)));
    job.read(3);
    job.checkpoint(null);
    job.read(1);
    job.checkpoint(null);
    MemoryTable.upgrade(upserts);
    job.read(1);
    job.checkpoint(null);

    assertThat(centsById(MemoryTable.read(upserts)), is(Map.of("p0", 2L, "p1", 2L, "p2", 1L)));
    assertThat(
        vectors(upserts),
        is(List.of("0 added, 0 removed", "0 added, 0 removed", "1 added, 0 removed")));
  }

  /** The deletion vectors of each snapshot, oldest first. */
  private static List<String> vectors(Table table) {
    List<String> all = new ArrayList<>();
    for (var snapshot : table.snapshots()) {
      all.add(
          snapshot.summary().getOrDefault("added-dvs", "0")
              + " added, "
              + snapshot.summary().getOrDefault("removed-dvs", "0")
              + " removed");
    }
    return all;
  }

  /** The deletes of each snapshot, oldest first. */
  private static List<String> deletes(Table table) {
    List<String> all = new ArrayList<>();
    for (var snapshot : table.snapshots()) {
      all.add(
          snapshot.summary().getOrDefault("added-equality-deletes", "0")
              + " by key, "
              + snapshot.summary().getOrDefault("added-position-deletes", "0")
              + " by position");
    }
    return all;
  }

  @Test
  void aTableBehindTheJobIsAnError() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 20));
    job.read(10);
    job.checkpoint(null);
    appends.updateProperties().remove(SinkRecord.property("live")).commit();
    job.read(5);
    job.checkpoint(null);
    job.read(5);

    LedgerException e = assertThrows(LedgerException.class, () -> job.checkpoint(null));

    assertThat(e.getMessage(), containsString("recreated"));
    assertThat(MemoryTable.read(appends).size(), is(10));
  }

  @Test
  void aMissingRestoredFileIsAnErrorBeforeAnythingIsCommitted() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 10));
    job.read(10);
    job.checkpoint(Fault.BEFORE);
    State state = job.savepoint();
    TableChange.files(appends, state.pending().get(0).getFiles())
        .forEach(file -> appends.io().deleteFile(file.location()));

    LedgerException e = assertThrows(LedgerException.class, () -> job.checkpoint(null));

    assertThat(e.getMessage(), containsString("which does not exist"));
    assertThat(snapshots(appends), is(0));
  }

  @Test
  void aMissingRestoredFileOfChangesIsTheSameErrorIfItsDeletesMustBeByKey() {
    for (boolean ofReserve : List.of(false, true)) {
      Table table = MemoryTable.create(List.of("id", "ts"));
      GenericRecord gone = payment("p1", "a", 0, NOON);
      SimulatedJob<RowChange<GenericRecord>> job =
          new SimulatedJob<>(
              table,
              "live",
              new Rows.Changed<>(),
              List.of(
                  change("p0", 1),
                  change("p1", 1),
                  change("p0", 2),
                  RowChange.delete(gone, new Position(2, 1))),
              1);
      job.read(2);
      job.checkpoint(null);
      job.read(2);
      job.checkpoint(Fault.BEFORE);
      SimulatedJob<RowChange<GenericRecord>> other =
          new SimulatedJob<>(table, "other", new Rows.Changed<>(), List.of(change("p9", 9)), 1);
      other.read(1);
      other.checkpoint(null);
      WrittenFiles files = job.savepoint().pending().get(0).getFiles();
      (ofReserve ? TableChange.reserve(table, files) : TableChange.files(table, files))
          .forEach(file -> table.io().deleteFile(file.location()));
      long before = table.currentSnapshot().snapshotId();

      LedgerException e = assertThrows(LedgerException.class, () -> job.checkpoint(null));

      assertThat(e.getMessage(), containsString("which does not exist"));
      table.refresh();
      assertThat(table.currentSnapshot().snapshotId(), is(before));
    }
  }

  @Test
  void filesThatArriveEarlyWait() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 30));
    List<NumberedFiles> all = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      all = pending(job, 10);
    }
    Map<Boolean, List<NumberedFiles>> odd =
        all.stream().collect(Collectors.partitioningBy(files -> files.getNumber() % 2 == 1));
    CommitStream commits = new CommitStream(appends, "live", true, Duration.ZERO);

    commits.commit(odd.get(true));
    commits.commit(odd.get(false));

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 30)));
  }

  @Test
  void workersThatSharePendingFilesWaitForEachOther() throws Exception {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 30));
    List<NumberedFiles> all = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      all = pending(job, 10);
    }
    Map<Boolean, List<NumberedFiles>> odd =
        all.stream().collect(Collectors.partitioningBy(files -> files.getNumber() % 2 == 1));
    CommitStream one = new CommitStream(appends, "live", true, Duration.ofSeconds(30));
    CommitStream two =
        new CommitStream(MemoryTable.again(appends), "live", true, Duration.ofSeconds(30));

    var first = CompletableFuture.supplyAsync(() -> one.commit(odd.get(true)));
    var second = CompletableFuture.supplyAsync(() -> two.commit(odd.get(false)));
    first.get();
    second.get();

    assertThat(centsById(MemoryTable.read(appends)), is(expected(0, 30)));
  }

  @Test
  void noPendingFilesMakeNoSnapshot() {
    SimulatedJob<GenericRecord> job = appending("live", rows(0, 0));
    job.checkpoint(null);

    assertThat(snapshots(appends), is(0));
  }

  private SimulatedJob<GenericRecord> appending(String sinkId, List<GenericRecord> log) {
    return new SimulatedJob<>(appends, sinkId, new Rows.Appended<>(), log, 2);
  }

  private SimulatedJob<RowChange<GenericRecord>> changing(
      String sinkId, List<RowChange<GenericRecord>> log) {
    return new SimulatedJob<>(upserts, sinkId, new Rows.Changed<>(), log, 1);
  }

  private static RowChange<GenericRecord> change(String id, long cents) {
    return RowChange.upsert(payment(id, "a", cents, NOON), new Position(cents, 0));
  }

  private static List<NumberedFiles> pending(SimulatedJob<?> job, int elements) {
    job.read(elements);
    return job.savepoint().pending();
  }

  private static List<GenericRecord> rows(int from, int to) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = from; n < to; n++) {
      rows.add(payment("p" + n, "a" + n % 3, n, NOON));
    }
    return rows;
  }

  private static Map<String, Long> expected(int from, int to) {
    return centsById(
        rows(from, to).stream()
            .map(
                row -> {
                  var record =
                      org.apache.iceberg.data.GenericRecord.create(RowSchema.of(Payments.SCHEMA));
                  record.setField("id", row.get("id"));
                  record.setField("cents", row.get("cents"));
                  return (org.apache.iceberg.data.Record) record;
                })
            .toList());
  }

  private static int snapshots(Table table) {
    table.refresh();
    int count = 0;
    for (var snapshot : table.snapshots()) {
      count++;
    }
    return count;
  }
}
