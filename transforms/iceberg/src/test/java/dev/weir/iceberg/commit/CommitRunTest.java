package dev.weir.iceberg.commit;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.testing.FaultyOperations;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.iceberg.write.AppendWriter;
import dev.weir.iceberg.write.TableRows;
import dev.weir.iceberg.write.UpsertWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitRunTest {
  private static final String NAME = "bank.payments";
  private static final String SINK = "run-of-monday";

  @TempDir Path folder;
  private Warehouse warehouse;

  @BeforeEach
  void anEmptyTable() {
    warehouse = new Warehouse(folder);
    LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA)
        .prepare()
        .updateProperties()
        .set("commit.retry.num-retries", "0")
        .commit();
  }

  @Test
  void eachCommitIsASnapshotThatNamesItsSinkAndRun() {
    CommitRun run = run("attempt-1", 2);

    assertThat(run.commit(0, files("p1", "p2")), is(2L));
    assertThat(run.commit(1, files("p3")), is(1L));

    assertThat(ids(), is(Set.of("p1", "p2", "p3")));
    assertThat(
        summaries(),
        is(
            List.of(
                Map.of("weir.sink", SINK, "weir.run", "attempt-1", "weir.commit", "0"),
                Map.of("weir.sink", SINK, "weir.run", "attempt-1", "weir.commit", "1"))));
  }

  @Test
  void aRetryOfTheSameRunKeepsWhatItHasCommitted() {
    List<WrittenFiles> files = files("p1", "p2");
    run("attempt-1", 1).commit(0, files);
    String before = metadata();

    assertThat(run("attempt-1", 1).commit(0, files), is(0L));

    assertThat(metadata(), is(before));
    assertThat(ids(), is(Set.of("p1", "p2")));
  }

  @Test
  void aRerunDeletesItsFilesOfCommitsAlreadyMade() {
    run("attempt-1", 2).commit(0, files("p1", "p2"));
    Set<String> committed = OnDisk.filesIn(folder);
    CommitRun rerun = run("attempt-2", 2);

    assertThat(rerun.commit(0, files("p2", "p1")), is(0L));
    assertThat(OnDisk.filesIn(folder), is(committed));

    assertThat(rerun.commit(1, files("p3")), is(1L));
    assertThat(ids(), is(Set.of("p1", "p2", "p3")));
    assertThat(OnDisk.filesIn(folder), hasSize(2));
  }

  @Test
  void aRunThatOnlySeemedDeadKeepsItsFilesWhenAnotherHasGoneOn() {
    List<WrittenFiles> first = files("p1");
    run("attempt-1", 2).commit(0, first);
    CommitRun rerun = run("attempt-2", 2);
    rerun.commit(0, files("p1"));
    rerun.commit(1, files("p2"));

    CommitRun back = run("attempt-1", 2);
    assertThat(back.commit(0, first), is(0L));
    assertThat(back.commit(1, files("p2")), is(0L));

    assertThat(ids(), is(Set.of("p1", "p2")));
    assertThat(OnDisk.filesIn(folder), hasSize(2));
  }

  @Test
  void filesAreKeptIfTheAuthorOfTheCommitIsUnknown() {
    List<WrittenFiles> first = files("p1");
    run("attempt-1", 2).commit(0, first);
    run("attempt-2", 2).commit(1, files("p2"));
    Table table = warehouse.load(NAME);
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(warehouse.snapshots(NAME), hasSize(1));

    run("attempt-1", 2).commit(0, first);

    assertThat(ids(), is(Set.of("p1", "p2")));
  }

  @Test
  void anotherSinksRunIsIgnored() {
    run("attempt-1", 1).commit(0, files("p1"));
    CommitRun other = new CommitRun(warehouse.load(NAME), "run-of-tuesday", "attempt-1", 1);

    assertThat(other.commit(0, files("q1", "q2")), is(2L));

    assertThat(ids(), is(Set.of("p1", "q1", "q2")));
  }

  @Test
  void otherRowsAreAnErrorAndChangeNothing() {
    run("attempt-1", 2).commit(0, files("p1"));
    String before = metadata();
    CommitRun rerun = run("attempt-2", 2);

    LedgerException thrown =
        assertThrows(LedgerException.class, () -> rerun.commit(0, files("p2")));

    assertThat(
        thrown.getMessage(),
        is(
            "sink run-of-monday has already written other rows to table weir.bank.payments; a rerun"
                + " needs the same input and settings, and a new run needs another --sinkId"));
    assertThat(metadata(), is(before));
  }

  @Test
  void anotherNumberOfCommitsIsAnErrorEvenIfTheFirstCommitIsEqual() {
    run("attempt-1", 2).commit(0, files("p1"));

    for (int commits : new int[] {1, 3}) {
      CommitRun rerun = run("attempt-2", commits);
      assertThrows(LedgerException.class, () -> rerun.commit(0, files("p1")));
    }
    assertThat(ids(), is(Set.of("p1")));
  }

  @Test
  void aCommitBeforeItsTurnIsAnError() {
    assertThrows(LedgerException.class, () -> run("attempt-1", 2).commit(1, files("p1")));
    assertThat(warehouse.snapshots(NAME), hasSize(0));
  }

  @Test
  void oneOfTwoConcurrentRunsMakesTheCommit() {
    FaultyOperations slow = new FaultyOperations(warehouse.load(NAME));
    slow.race(() -> run("attempt-2", 1).commit(0, files("p1", "p2")));

    long rows = new CommitRun(slow.table(), SINK, "attempt-1", 1).commit(0, files("p1", "p2"));

    assertThat(rows, is(0L));
    assertThat(
        summaries().stream().map(tag -> tag.get("weir.run")).toList(), is(List.of("attempt-2")));
    assertThat(ids(), is(Set.of("p1", "p2")));
    assertThat(OnDisk.filesIn(folder), hasSize(1));
  }

  @Test
  void oneOfTwoConcurrentRunsWithDifferentRowsFails() {
    FaultyOperations slow = new FaultyOperations(warehouse.load(NAME));
    slow.race(() -> run("attempt-2", 1).commit(0, files("p1")));
    CommitRun loser = new CommitRun(slow.table(), SINK, "attempt-1", 1);

    assertThrows(LedgerException.class, () -> loser.commit(0, files("p2")));
    assertThat(ids(), is(Set.of("p1")));
  }

  @Test
  void aRunRetriesUntilItCommitsBesideOthers() {
    FaultyOperations busy = new FaultyOperations(warehouse.load(NAME));
    AtomicInteger times = new AtomicInteger();
    for (int n = 0; n < 12; n++) {
      busy.race(() -> commitOf(times.incrementAndGet()));
    }

    assertThat(new CommitRun(busy.table(), SINK, "attempt-1", 1).commit(0, files("p1")), is(1L));

    assertThat(times.get(), is(12));
    assertThat(ids(), is(Set.of("p1")));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
  }

  @Test
  void constantConflictsAreAnErrorInTheEnd() {
    FaultyOperations busy = new FaultyOperations(warehouse.load(NAME));
    AtomicInteger times = new AtomicInteger();
    for (int n = 0; n < 100; n++) {
      busy.race(() -> commitOf(times.incrementAndGet()));
    }
    CommitRun run = new CommitRun(busy.table(), SINK, "attempt-1", 1);

    assertThrows(CommitFailedException.class, () -> run.commit(0, files("p1")));
    assertThat(warehouse.snapshots(NAME), hasSize(0));
    assertThat(OnDisk.filesIn(folder), hasSize(1));
  }

  @Test
  void aCommitWhoseResponseIsLostIsFoundByTheRetry() {
    List<WrittenFiles> files = files("p1");
    FaultyOperations deaf = new FaultyOperations(warehouse.load(NAME));
    deaf.next(Fault.RESPONSE_LOST);
    CommitRun first = new CommitRun(deaf.table(), SINK, "attempt-1", 1);
    assertThrows(CommitStateUnknownException.class, () -> first.commit(0, files));

    assertThat(run("attempt-1", 1).commit(0, files), is(0L));

    assertThat(ids(), is(Set.of("p1")));
    assertThat(warehouse.snapshots(NAME), hasSize(1));
  }

  @Test
  void changesOfOneKeyAreSeparateSnapshotsOfOneCommit() {
    Table keyed =
        LedgerTable.of(warehouse.catalog(), "bank.keyed", Payments.SCHEMA).withKey("id").prepare();
    UpsertWriter<GenericRecord> writer =
        new UpsertWriter<>(
            keyed, new TableRows(keyed, Payments.SCHEMA), SinkId.fileNames(keyed, SINK), true, 1);
    List<WrittenFiles> written = new ArrayList<>();
    writer.add(4, RowChange.upsert(payment("p1", "a", 1, 0), new Position(1, 0)));
    written.addAll(writer.finish());
    writer.add(4, RowChange.upsert(payment("p1", "a", 2, 0), new Position(2, 0)));
    written.addAll(writer.finish());
    writer.add(4, RowChange.delete(payment("p2", "a", 2, 0), new Position(2, 0)));
    written.addAll(writer.finish());
    FaultyOperations counted = new FaultyOperations(warehouse.load("bank.keyed"));
    counted.race(() -> {});
    counted.next(Fault.BEFORE);

    new CommitRun(counted.table(), SINK, "attempt-1", 1).commit(0, written);

    assertThat(Payments.centsById(warehouse.read("bank.keyed")), is(Map.of("p1", 2L)));
    assertThat(warehouse.snapshots("bank.keyed"), hasSize(3));
  }

  private void commitOf(int somethingElse) {
    warehouse
        .load(NAME)
        .updateProperties()
        .set("something.else", Integer.toString(somethingElse))
        .commit();
  }

  private CommitRun run(String attempt, int commits) {
    return new CommitRun(warehouse.load(NAME), SINK, attempt, commits);
  }

  private List<WrittenFiles> files(String... ids) {
    Table table = warehouse.load(NAME);
    AppendWriter writer =
        new AppendWriter(
            table, new TableRows(table, Payments.SCHEMA), SinkId.fileNames(table, SINK), true);
    for (String id : ids) {
      writer.add(0, payment(id, "a", 1, 0));
    }
    return writer.finish();
  }

  private Set<String> ids() {
    return new TreeSet<>(Payments.centsById(warehouse.read(NAME)).keySet());
  }

  private List<Map<String, String>> summaries() {
    List<Map<String, String>> all = new ArrayList<>();
    for (Snapshot snapshot : warehouse.snapshots(NAME)) {
      Map<String, String> ours = new java.util.HashMap<>(snapshot.summary());
      ours.keySet().removeIf(name -> !name.startsWith("weir."));
      all.add(ours);
    }
    return all;
  }

  private String metadata() {
    return ((BaseTable) warehouse.load(NAME)).operations().current().metadataFileLocation();
  }
}
