package dev.weir.iceberg.erase;

import static dev.weir.iceberg.testing.Customers.ALICE;
import static dev.weir.iceberg.testing.Customers.BOB;
import static dev.weir.iceberg.testing.Customers.CUSTOMERS;
import static dev.weir.iceberg.testing.Customers.DAY;
import static dev.weir.iceberg.testing.Customers.DELETIONS;
import static dev.weir.iceberg.testing.Customers.NOON;
import static dev.weir.iceberg.testing.Customers.PAID;
import static dev.weir.iceberg.testing.Customers.commit;
import static dev.weir.iceberg.testing.Customers.customer;
import static dev.weir.iceberg.testing.Customers.deletion;
import static dev.weir.iceberg.testing.Customers.gone;
import static dev.weir.iceberg.testing.Customers.payment;
import static dev.weir.iceberg.testing.Customers.payments;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.Maintenance;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.maintain.ResumableExpiry;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.testing.Customers;
import dev.weir.iceberg.testing.DyingTable;
import dev.weir.iceberg.testing.EveryByte;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.OtherEngine;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Racing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alice is deleted at noon of the third day. Bob is not. */
class ErasePersonsTest {
  /** A run is killed at each of its steps that is a multiple of this. */
  private static final int STRIDE = Integer.getInteger("weir.stride", 5);

  private static final long DELETED = NOON + 2 * DAY;
  private static final String PAID_FOLDER = PAID.replace('.', '/');
  private static final MaintenanceRules RULES = MaintenanceRules.standard();

  @TempDir Path folder;

  private Customers bank;
  private Table customers;
  private Table paid;
  private Table deletions;

  @Test
  void noFileContainsDataOfADeletedPersonAfterwards() {
    openBank(folder);
    aliceAndBobPay();
    aliceIsDeleted();
    assertThat(EveryByte.containing(folder, ALICE).size(), is(4));

    Maintenance ofCustomers = maintain(CUSTOMERS);
    Maintenance ofPaid = maintain(PAID);
    maintain(DELETIONS);

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(payments(paid), is(withoutAlice()));
    assertThat(MemoryTable.read(customers).size(), is(1));
    assertThat(MemoryTable.read(customers).get(0).getField("phone_number"), is("+99 555 0199"));
    assertThat(MemoryTable.read(deletions).size(), is(1));
    assertThat(ofCustomers.erasure(), is(complete(0)));
    assertThat(ofPaid.erasure(), is(complete(2)));
    assertThat(
        ofPaid.toString(),
        containsString("\n  erasure: 2 rows of 1 deleted persons blanked, no personal data left"));
    assertThat(snapshots(paid), is(1));
  }

  @Test
  void onlyFilesWithRowsOfThePersonAreRewritten() {
    openBank(folder);
    commit(paid, payment("t1", "ACC-A", ALICE, 1, NOON));
    commit(paid, payment("t2", "ACC-B", BOB, 2, NOON));
    commit(paid, payment("t3", "ACC-B", BOB, 3, NOON), payment("t4", "ACC-C", null, 4, NOON));
    Set<String> before = dataFiles(paid);
    commit(deletions, deletion("ACC-A", DELETED));

    Maintenance done = maintain(PAID);

    assertThat(done.compaction().filesBefore(), is(1));
    before.removeAll(dataFiles(paid));
    assertThat(before.size(), is(1));
    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
  }

  /** Their manifests have bounds; later manifests do not. */
  @Test
  void existingTablesAreErasedToo() {
    bank = new Customers(folder);
    customers = bank.plainCustomers().prepare();
    paid = bank.plainPaid().prepare();
    deletions = bank.deletions().prepare();
    aliceAndBobPay();
    aliceIsDeleted();
    openBank(folder);
    assertThat(
        EveryByte.containing(folder, ALICE),
        hasItem(startsWith("bank/enriched_transactions/meta")));

    maintain(CUSTOMERS);
    maintain(PAID);

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(payments(paid), is(withoutAlice()));
  }

  @Test
  void aPersonWhoReturnsUnderTheSameKeyKeepsNewRows() {
    openBank(folder);
    List<String> eve = List.of("Eve Returns", "eve@new.test", "+99 555 0111", "Newtown");
    aliceAndBobPay();
    aliceIsDeleted();
    commit(customers, customer("ACC-A", eve, DELETED + 1));
    commit(paid, payment("t9", "ACC-A", eve, 9, DELETED + 1));
    commit(paid, payment("t8", "ACC-A", eve, 8, DELETED));

    Maintenance ofCustomers = maintain(CUSTOMERS);
    Maintenance ofPaid = maintain(PAID);

    Map<String, List<Object>> expected = withoutAlice();
    expected.put("t9", List.of(9L, "Eve Returns", "eve@new.test", "Newtown"));
    expected.put("t8", blank(8));
    assertThat(payments(paid), is(expected));
    assertThat(ofPaid.erasure(), is(complete(3)));
    assertThat(ofCustomers.erasure(), is(complete(0)));
    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(MemoryTable.read(customers).size(), is(2));

    commit(customers, customer("ACC-A", eve, DELETED + 1));
    int before = snapshots(customers);
    Maintenance again = maintain(CUSTOMERS);

    assertThat(again.expiry().snapshots(), is(0));
    assertThat(snapshots(customers), greaterThan(before - 1));
  }

  /**
   * A time that is unknown to the source, or that no table can hold, must not prevent the erasure.
   */
  @Test
  void aCustomerWithoutATimeIsErasedAndAReturnedOneIsKept() {
    openBank(folder);
    List<String> eve = List.of("Eve Returns", "eve@new.test", "+99 555 0111", "Newtown");
    commit(customers, customer("ACC-A", ALICE, null), customer("ACC-B", BOB, null));
    commit(customers, gone(customer("ACC-A", ALICE, null)));
    commit(deletions, deletion("ACC-A", DELETED));
    commit(customers, customer("ACC-A", eve, null));

    maintain(CUSTOMERS);
    maintain(CUSTOMERS);

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(
        MemoryTable.read(customers).stream()
            .map(row -> row.getField("customer_name").toString())
            .sorted()
            .toList(),
        is(List.of("Bob Remains", "Eve Returns")));
  }

  @Test
  void theLaterOfTwoDeletionsCounts() {
    openBank(folder);
    commit(paid, payment("t1", "ACC-A", ALICE, 1, DELETED + DAY));
    commit(deletions, deletion("ACC-A", DELETED));
    assertThat(maintain(PAID).erasure(), is(complete(0)));
    commit(deletions, deletion("ACC-A", DELETED + DAY));

    assertThat(maintain(PAID).erasure(), is(complete(1)));

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
  }

  @Test
  void aSecondRunFindsNothingToDo() {
    openBank(folder);
    aliceAndBobPay();
    aliceIsDeleted();
    maintain(CUSTOMERS);
    maintain(PAID);
    List<String> before = List.of(metadata(customers), metadata(paid));

    maintain(CUSTOMERS);
    Maintenance again = maintain(PAID);

    assertThat(List.of(metadata(customers), metadata(paid)), is(before));
    assertThat(again.erasure(), is(complete(0)));
  }

  @Test
  void withoutDeletedPersonsNothingIsDone() {
    openBank(folder);
    commit(paid, payment("t1", "ACC-A", ALICE, 1, NOON), payment("t2", "ACC-B", BOB, 2, NOON));
    commit(paid, payment("t3", "ACC-A", ALICE, 3, NOON));
    Maintenance first = maintain(PAID);
    String before = metadata(paid);

    assertThat(
        first.erasure(),
        is(Optional.of(new ErasureResult(0, 0, 0, List.of(), 0, Optional.empty()))));
    commit(deletions, deletion("ACC-OTHER", DELETED));
    assertThat(maintain(PAID).erasure(), is(complete(0)));

    assertThat(metadata(paid), is(before));
    assertThat(snapshots(paid), greaterThan(2));
  }

  @Test
  void aTableWithoutAnErasureKeepsItsHistoryAndItsRows() {
    openBank(folder);
    paid = bank.plainPaid().prepare();
    paid.updateProperties()
        .remove("weir.erase.deletions")
        .remove("weir.erase.person")
        .remove("weir.erase.personal")
        .remove("weir.erase.rows")
        .remove("weir.erase.until")
        .commit();
    aliceAndBobPay();
    commit(deletions, deletion("ACC-A", DELETED));
    int before = snapshots(paid);
    Map<String, List<Object>> rows = payments(paid);

    Maintenance done = maintain(PAID);

    assertThat(done.erasure(), is(Optional.empty()));
    assertThat(done.toString(), not(containsString("erasure")));
    assertThat(payments(paid), is(rows));
    assertThat(snapshots(paid), greaterThan(before));
  }

  @Test
  void afterAKillAtAnyStepTheNextRunFinishes() {
    assertThat(killAtSteps(PAID, STRIDE), greaterThan(20));
    assertThat(killAtSteps(CUSTOMERS, STRIDE + 2), greaterThan(15));
  }

  /** Returns the step at which the run completed. */
  private int killAtSteps(String name, int stride) {
    for (int steps = 0; ; steps += stride) {
      Path here = folder.resolve(name + steps);
      openBank(here);
      aliceAndBobPay();
      aliceIsDeleted();
      Map<String, List<Object>> without = withoutAlice();
      String step = name + " at step " + steps;

      boolean died = runAndDie(name, steps);
      ErasureResult again = maintain(name).erasure().get();

      assertThat(
          step, EveryByte.containing(here.resolve(name.replace('.', '/')), ALICE), is(empty()));
      assertThat(step, again.isComplete(), is(true));
      assertThat(step, notes(), is(empty()));
      if (name.equals(PAID)) {
        assertThat(step, payments(paid), is(without));
      } else {
        assertThat(step, MemoryTable.read(customers).size(), is(1));
      }
      if (!died) {
        return steps;
      }
    }
  }

  private boolean runAndDie(String name, int steps) {
    MaintainTable maintain = bank.maintain(name, RULES);
    try (OpenCatalog open = LedgerCatalog.inFolder(here()).open()) {
      DyingTable dying = new DyingTable(open.table(name), steps);
      try {
        maintain.steps(dying.table(), maintain.personal(open, dying.table()));
      } catch (RuntimeException e) {
        if (!dying.isDead()) {
          throw e;
        }
        return true;
      }
      return dying.isDead();
    }
  }

  private Path here() {
    return Path.of(paid.location()).getParent().getParent();
  }

  private Set<String> notes() {
    Set<String> notes = new TreeSet<>();
    for (Table table : List.of(paid, customers)) {
      table.refresh();
      table.properties().keySet().stream()
          .filter(property -> property.startsWith(ResumableExpiry.PREFIX))
          .forEach(notes::add);
    }
    return notes;
  }

  @Test
  void commitsOfALiveJobDuringARewriteAreKept() {
    openBank(folder);
    aliceAndBobPay();
    aliceIsDeleted();
    Table again = MemoryTable.again(paid);

    // The job has the newest of Alice's payments in its state, and emits it again without her name.
    Maintenance done =
        maintain(
            Racing.whileRewriting(
                paid,
                () -> {
                  commit(again, payment("t2", "ACC-A", null, 22, NOON + DAY));
                  commit(again, payment("t3", "ACC-B", BOB, 33, NOON));
                  commit(again, gone(payment("t4", "ACC-B", BOB, 4, NOON)));
                  commit(again, payment("t5", "ACC-B", BOB, 5, NOON));
                }));

    Map<String, List<Object>> expected = withoutAlice();
    expected.put("t2", blank(22));
    expected.put("t3", ofBob(33));
    expected.put("t5", ofBob(5));
    expected.remove("t4");
    assertThat(payments(paid), is(expected));
    assertThat(done.erasure().get().isComplete(), is(true));
    assertThat(EveryByte.containing(folder.resolve(PAID_FOLDER), ALICE), is(empty()));
    assertThat(maintain(PAID).erasure(), is(complete(0)));
    assertThat(payments(paid), is(expected));
  }

  @Test
  void commitsOfALiveJobRightBeforeTheRewriteAreKept() {
    openBank(folder);
    aliceAndBobPay();
    aliceIsDeleted();
    Table again = MemoryTable.again(paid);

    maintain(
        Racing.beforeCommit(
            paid,
            () -> {
              commit(again, payment("t1", "ACC-A", null, 11, NOON));
              commit(again, gone(payment("t3", "ACC-B", BOB, 3, NOON)));
            }));

    Map<String, List<Object>> expected = withoutAlice();
    expected.put("t1", blank(11));
    expected.remove("t3");
    assertThat(payments(paid), is(expected));
    maintain(PAID);
    assertThat(payments(paid), is(expected));
    assertThat(EveryByte.containing(folder.resolve(PAID_FOLDER), ALICE), is(empty()));
  }

  @Test
  void deletesByPositionOfAnotherEngineAreNotLost() {
    openBank(folder);
    commit(paid, payment("t1", "ACC-A", ALICE, 1, NOON));
    commit(deletions, deletion("ACC-A", DELETED));
    Table again = MemoryTable.again(paid);
    DataFile file = tasks(again).get(0).file();

    maintain(
        Racing.beforeCommit(
            paid,
            () ->
                again
                    .newRowDelta()
                    .addDeletes(new OtherEngine(again).deletesAt(file, 0))
                    .commit()));

    assertThat(payments(paid), is(Map.of()));
    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
  }

  @Test
  void dataKeptByATagIsReportedUntilTheTagIsDropped() {
    openBank(folder);
    aliceAndBobPay();
    paid.refresh();
    paid.manageSnapshots().createTag("audit", paid.currentSnapshot().snapshotId()).commit();
    aliceIsDeleted();

    ErasureResult done = maintain(PAID).erasure().get();

    assertThat(done.keptBy(), is(List.of("tag audit")));
    assertThat(done.isComplete(), is(false));
    assertThat(
        done.toString(),
        is(
            "2 rows of 1 deleted persons blanked; PERSONAL DATA LEFT in 0 data files, 0 files that"
                + " may be pending, tag audit"));
    String before = metadata(paid);
    assertThat(maintain(PAID).erasure().get().keptBy(), is(List.of("tag audit")));
    assertThat(metadata(paid), is(before));

    paid.refresh();
    paid.manageSnapshots().removeTag("audit").commit();
    assertThat(maintain(PAID).erasure(), is(complete(0)));
    assertThat(EveryByte.containing(folder.resolve(PAID_FOLDER), ALICE), is(empty()));
  }

  @Test
  void filesThatMayBePendingAreKeptAndCounted() {
    openBank(folder);
    aliceAndBobPay();
    List<WrittenFiles> pending =
        Customers.write(paid, "live", payment("t7", "ACC-A", ALICE, 7, NOON));
    aliceIsDeleted();

    assertThat(maintain(PAID).erasure().get().pendingFiles(), is(1));

    PlainCommit.of(paid, pending);
    assertThat(maintain(PAID).erasure(), is(complete(1)));
    assertThat(EveryByte.containing(folder.resolve(PAID_FOLDER), ALICE), is(empty()));
  }

  @Test
  void aDeletionThatIsKnownBeforeTheRowIsDeletedIsFinishedByTheNextRun() {
    openBank(folder);
    commit(customers, customer("ACC-A", ALICE, NOON), customer("ACC-B", BOB, NOON));
    commit(deletions, deletion("ACC-A", DELETED));
    maintain(CUSTOMERS);
    assertThat(MemoryTable.read(customers).size(), is(2));
    commit(customers, gone(customer("ACC-A", ALICE, NOON)));

    assertThat(maintain(CUSTOMERS).erasure(), is(complete(0)));

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(MemoryTable.read(customers).size(), is(1));
  }

  @Test
  void deletedRowsAreRemovedRegardlessOfTheNumberOfDeletes() {
    openBank(folder);
    commit(customers, customer("ACC-A", ALICE, NOON), customer("ACC-B", BOB, NOON));
    commit(customers, gone(customer("ACC-A", ALICE, NOON)));
    commit(deletions, deletion("ACC-A", DELETED));

    bank.maintain(CUSTOMERS, RULES.withDeleteFilesPerFile(5)).run();

    assertThat(EveryByte.containing(folder, ALICE), is(empty()));
    assertThat(MemoryTable.read(customers).size(), is(1));
  }

  @Test
  void aMissingTableOfDeletionsIsReported() {
    bank = new Customers(folder);
    paid = bank.paid().prepare();
    commit(paid, payment("t1", "ACC-A", ALICE, 1, NOON));

    ErasureResult done = maintain(PAID).erasure().get();

    assertThat(done.isComplete(), is(false));
    assertThat(done.toString(), is("SKIPPED: table bank.customer_deletions does not exist"));
  }

  @Test
  void deletionsOfManyPersonsAreFoundToo() {
    openBank(folder);
    aliceAndBobPay();
    List<RowChange<GenericRecord>> many = new ArrayList<>();
    for (int n = 0; n < 10_050; n++) {
      many.add(deletion("ACC-" + n, DELETED));
    }
    many.add(deletion("ACC-A", DELETED));
    for (int n = 0; n < many.size(); n += 5_000) {
      write(many.subList(n, Math.min(many.size(), n + 5_000)));
    }

    assertThat(maintain(PAID).erasure().get().rowsBlanked(), is(3L));

    assertThat(payments(paid), is(withoutAlice()));
  }

  @SuppressWarnings("unchecked")
  private void write(List<RowChange<GenericRecord>> changes) {
    commit(deletions, changes.toArray(RowChange[]::new));
  }

  private void openBank(Path where) {
    bank = new Customers(where);
    customers = bank.customers().prepare();
    paid = bank.paid().prepare();
    deletions = bank.deletions().prepare();
  }

  private void aliceAndBobPay() {
    commit(customers, customer("ACC-A", ALICE, NOON), customer("ACC-B", BOB, NOON));
    commit(paid, payment("t1", "ACC-A", ALICE, 1, NOON), payment("t3", "ACC-B", BOB, 3, NOON));
    commit(
        paid,
        payment("t2", "ACC-A", ALICE, 2, NOON + DAY),
        payment("t4", "ACC-B", BOB, 4, NOON + DAY));
    commit(paid, payment("t6", "ACC-A", ALICE, 6, NOON + DAY));
  }

  /** The live job emits the last payment again, and forgets the customer. */
  private void aliceIsDeleted() {
    commit(paid, payment("t6", "ACC-A", null, 6, NOON + DAY));
    commit(customers, gone(customer("ACC-A", ALICE, NOON)));
    commit(deletions, deletion("ACC-A", DELETED));
  }

  private static Map<String, List<Object>> withoutAlice() {
    Map<String, List<Object>> rows = new java.util.TreeMap<>();
    rows.put("t1", blank(1));
    rows.put("t2", blank(2));
    rows.put("t3", ofBob(3));
    rows.put("t4", ofBob(4));
    rows.put("t6", blank(6));
    return rows;
  }

  private static List<Object> blank(long cents) {
    return Arrays.asList(cents, null, null, null);
  }

  private static List<Object> ofBob(long cents) {
    return List.of(cents, BOB.get(0), BOB.get(1), BOB.get(3));
  }

  private static Optional<ErasureResult> complete(long rowsBlanked) {
    return Optional.of(new ErasureResult(1, rowsBlanked, 0, List.of(), 0, Optional.empty()));
  }

  private Maintenance maintain(String name) {
    return bank.maintain(name, RULES).run();
  }

  private Maintenance maintain(Table racing) {
    MaintainTable maintain = bank.maintain(PAID, RULES).by(Clock.systemUTC());
    try (OpenCatalog open = LedgerCatalog.inFolder(folder).open()) {
      return maintain.steps(racing, maintain.personal(open, racing));
    }
  }

  private static String metadata(Table table) {
    table.refresh();
    return ((HasTableOperations) table).operations().current().metadataFileLocation();
  }

  private static int snapshots(Table table) {
    table.refresh();
    int count = 0;
    for (var snapshot : table.snapshots()) {
      count++;
    }
    return count;
  }

  private static Set<String> dataFiles(Table table) {
    Set<String> files = new TreeSet<>();
    tasks(table).forEach(task -> files.add(task.file().location()));
    return files;
  }

  private static List<FileScanTask> tasks(Table table) {
    table.refresh();
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
      planned.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tasks;
  }
}
