package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.TableChange;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  private static final String NAME = "bank.payments";
  private static final int MOST_OPEN = 64;

  @TempDir Path folder;
  private Warehouse warehouse;
  private Table table;
  private TableRows rows;
  private OpenFiles files;

  @BeforeEach
  void aTableByAccount() {
    warehouse = new Warehouse(folder);
    open(Partitioning.parse("account"));
  }

  private void open(Partitioning parts) {
    table =
        LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA).partitionedBy(parts).prepare();
    rows = new TableRows(table, Payments.SCHEMA);
    files = new OpenFiles(table, SinkId.fileNames(table, "sink"), null);
  }

  private void write(String account, String id) {
    GenericRecord row = Payments.payment(id, account, 1, 0);
    files.row(rows.partition(row), rows.row(row));
    files.count(id.hashCode());
  }

  @Test
  void theMaximumNumberOfOpenPartitionsHaveOneFileEachInAnyOrder() {
    Set<String> ids = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      for (int account = 0; account < MOST_OPEN; account++) {
        write("a" + account, account + "-" + round);
        ids.add(account + "-" + round);
      }
    }

    List<ContentFile<?>> written = finish();
    assertThat(written.size(), is(MOST_OPEN));
    assertThat(idsInTheTable(), is(ids));
  }

  @Test
  void morePartitionsThanTheMaximumLoseNoRow() {
    Set<String> ids = new HashSet<>();
    Random random = new Random(7);
    for (int n = 0; n < 300; n++) {
      write("a" + random.nextInt(2 * MOST_OPEN), "p" + n);
      ids.add("p" + n);
    }

    finish();
    assertThat(idsInTheTable(), is(ids));
  }

  @Test
  void onePartitionAboveTheMaximumClosesOne() {
    for (int round = 0; round < 2; round++) {
      for (int account = 0; account <= MOST_OPEN; account++) {
        write("a" + account, account + "-" + round);
      }
    }

    // The file that was closed is always the next one that is needed.
    assertThat(finish().size(), is(2 * (MOST_OPEN + 1)));
    assertThat(idsInTheTable(), hasSize(2 * (MOST_OPEN + 1)));
  }

  @Test
  void thePartitionThatWasWrittenToLongestAgoIsClosedFirst() {
    for (int account = 0; account < 2 * MOST_OPEN; account++) {
      write("hot", "hot" + account);
      write("a" + account, "p" + account);
    }

    List<ContentFile<?>> written = finish();
    assertThat(written.size(), is(2 * MOST_OPEN + 1));
    assertThat(
        written.stream().filter(file -> file.recordCount() == 2 * MOST_OPEN).count(), is(1L));
  }

  @Test
  void aFileThatReachesTheTargetSizeIsFollowedByAnother() {
    table.updateProperties().set("write.target-file-size-bytes", "50000").commit();
    open(Partitioning.parse("account"));
    Random random = new Random(7);
    for (int n = 0; n < 20_000; n++) {
      write("a", "p" + n + "-" + random.nextLong());
    }

    List<ContentFile<?>> written = finish();
    assertThat(written.size(), is(greaterThan(3)));
    for (ContentFile<?> file : written.subList(0, written.size() - 1)) {
      // The size is checked once per 1,000 rows, and before compression.
      assertThat(file.recordCount() % 1_000, is(0L));
      assertThat(file.fileSizeInBytes(), is(lessThan(50_000L)));
    }
    assertThat(idsInTheTable().size(), is(20_000));
  }

  @Test
  void nothingWrittenMakesNoFiles() {
    assertThat(files.finish(), is(nullValue()));
  }

  @Test
  void finishedFilesDescribeTheirContent() {
    files.alone(9);
    files.alone(-3);
    files.alone(9);
    write("a", "p1");
    write("b", "p2");
    WrittenFiles first = files.finish();
    write("a", "p3");
    WrittenFiles second = files.finish();

    assertThat(first.getShards(), is(List.of(-3, 9)));
    assertThat(first.getRows(), is(2L));
    assertThat(first.getDigest(), is((long) "p1".hashCode() + "p2".hashCode()));
    assertThat(first.getFiles().size(), is(2));
    assertThat(second.getShards(), is(empty()));
    assertThat(second.getRows(), is(1L));
    assertThat(second.getDigest(), is((long) "p3".hashCode()));
    assertThat(second.getFiles().size(), is(1));
  }

  @Test
  void finishedFilesHaveAllMetadataThatTheTableNeeds() {
    write("a/b", "p1");
    ContentFile<?> file = finish().get(0);

    assertThat(file.content(), is(FileContent.DATA));
    assertThat(file.format(), is(FileFormat.PARQUET));
    assertThat(file.recordCount(), is(1L));
    assertThat(file.partition().get(0, String.class), is("a/b"));
    assertThat(file.valueCounts().get(1), is(1L));
    assertThat(file.lowerBounds().size(), is(4));
    assertThat(
        file.location(),
        matchesPattern(
            ".*/bank/payments/data/account=a%2Fb/\\d{5}-0-weir~sink~[0-9a-f-]{36}-\\d{5}.parquet"));
    assertThat(OnDisk.filesIn(folder), is(Set.of(file.location())));
  }

  @Test
  void anUnpartitionedTableHasItsFilesInOneFolder() {
    folder = folder.resolve("other");
    warehouse = new Warehouse(folder);
    open(Partitioning.none());
    write("a", "p1");
    write("b", "p2");

    List<ContentFile<?>> written = finish();
    assertThat(written.size(), is(1));
    assertThat(
        written.get(0).location(),
        matchesPattern(".*/bank/payments/data/\\d{5}-0-weir~sink~[0-9a-f-]{36}-\\d{5}.parquet"));
    assertThat(idsInTheTable(), is(Set.of("p1", "p2")));
  }

  @Test
  void abandonedFilesAreDeletedWhetherOpenClosedOrFull() {
    table.updateProperties().set("write.target-file-size-bytes", "1").commit();
    open(Partitioning.parse("account"));
    write("kept", "p0");
    finish();
    Set<String> kept = OnDisk.filesIn(folder);
    for (int account = 0; account < 2 * MOST_OPEN; account++) {
      write("a" + account, "p" + account);
    }
    for (int n = 0; n < 1_001; n++) {
      write("full", "f" + n);
    }

    files.abandon();

    assertThat(OnDisk.filesIn(folder), is(kept));
    assertThat(files.finish(), is(nullValue()));
    write("full", "p1");
    finish();
    assertThat(idsInTheTable(), is(Set.of("p0", "p1")));
  }

  @Test
  void aRowThatCannotBeWrittenDoesNotPreventTheDeletion() {
    write("a", "p1");
    GenericRecord broken = Payments.payment("p2", "b", 1, 0);
    broken.put("ts", null);
    GenericRecord brokenToo = Payments.payment("p2", "c", 1, 0);
    brokenToo.put("id", null);

    for (GenericRecord row : List.of(broken, brokenToo)) {
      assertThrows(NullPointerException.class, () -> files.row(rows.partition(row), rows.row(row)));
    }
    files.abandon();

    assertThat(OnDisk.filesIn(folder), is(empty()));
  }

  @Test
  void aFileThatCannotBeDeletedDoesNotPreventTheOthersDeletion() {
    write("a", "p1");
    write("b", "p2");
    WrittenFiles written = files.finish();
    List<ContentFile<?>> both = TableChange.files(table, written);
    table.io().deleteFile(both.get(0).location());

    TableChange.delete(table, written);

    assertThat(OnDisk.filesIn(folder), is(empty()));
  }

  private List<ContentFile<?>> finish() {
    WrittenFiles written = files.finish();
    PlainCommit.of(table, List.of(written));
    List<ContentFile<?>> all = TableChange.files(table, written);
    assertThat(all.size(), is(written.getFiles().size()));
    List<String> committed = new ArrayList<>();
    table.refresh();
    for (DataFile file : table.currentSnapshot().addedDataFiles(table.io())) {
      committed.add(file.location());
    }
    assertThat(new HashSet<>(committed), is(locations(all)));
    return all;
  }

  private static Set<String> locations(List<ContentFile<?>> files) {
    Set<String> locations = new HashSet<>();
    files.forEach(file -> locations.add(file.location()));
    return locations;
  }

  private Set<String> idsInTheTable() {
    return new TreeMap<>(Payments.centsById(warehouse.read(NAME))).keySet();
  }
}
