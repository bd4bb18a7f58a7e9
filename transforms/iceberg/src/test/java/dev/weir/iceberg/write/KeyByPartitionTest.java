package dev.weir.iceberg.write;

import static dev.weir.iceberg.testing.Payments.payment;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.Payments;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import dev.weir.testing.Seen.Sighting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyByPartitionTest {
  private static final Coder<GenericRecord> ROW = AvroCoder.of(Payments.SCHEMA);

  @TempDir Path folder;

  @Test
  void aPartitionHasOneKeyThatIsTheSameInEveryProcess() {
    Map<KV<Integer, Integer>, Set<String>> accounts = new HashMap<>();
    for (KV<KV<Integer, Integer>, List<GenericRecord>> list :
        keyed(byAccount(), 1, 0, payments(100, 5))) {
      for (GenericRecord row : list.getValue()) {
        accounts
            .computeIfAbsent(list.getKey(), key -> new HashSet<>())
            .add(row.get("account").toString());
      }
    }

    assertThat(
        accounts,
        is(
            Map.of(
                KV.of(0, 31 + "a0".hashCode()), Set.of("a0"),
                KV.of(0, 31 + "a1".hashCode()), Set.of("a1"),
                KV.of(0, 31 + "a2".hashCode()), Set.of("a2"),
                KV.of(0, 31 + "a3".hashCode()), Set.of("a3"),
                KV.of(0, 31 + "a4".hashCode()), Set.of("a4"))));
  }

  @Test
  void aTableWithoutPartitionsHasOneKey() {
    assertThat(
        keyed(table(), 1, 0, payments(10, 5)).stream().map(KV::getKey).distinct().toList(),
        is(List.of(KV.of(0, 1))));
  }

  @Test
  void aListNeverExceedsItsLimit() {
    List<Integer> sizes = new ArrayList<>();
    keyed(table(), 1, 0, payments(1_700, 1)).forEach(list -> sizes.add(list.getValue().size()));

    Collections.sort(sizes);
    assertThat(sizes, is(List.of(200, 500, 500, 500)));
  }

  @Test
  void allListsTogetherNeverExceedTheirLimit() {
    Map<Integer, Integer> listsBySize = new HashMap<>();
    List<KV<KV<Integer, Integer>, List<GenericRecord>>> lists =
        keyed(byAccount(), 1, 0, payments(25_000, 100));
    lists.forEach(list -> listsBySize.merge(list.getValue().size(), 1, Integer::sum));

    assertThat(listsBySize, is(Map.of(100, 200, 50, 100)));
  }

  @Test
  void allRowsComeThroughInTheGlobalWindow() {
    List<GenericRecord> rows = payments(1_234, 7);
    Set<String> ids = new HashSet<>();
    keyed(byAccount(), 3, 100, rows)
        .forEach(list -> list.getValue().forEach(row -> ids.add(row.get("id").toString())));

    assertThat(ids, hasSize(1_234));
  }

  @Test
  void aPartitionIsSharedByAtMostTheGivenWriters() {
    Map<Integer, Integer> rowsByWriter = new HashMap<>();
    for (KV<KV<Integer, Integer>, List<GenericRecord>> list :
        keyed(table(), 3, 0, payments(900, 1))) {
      assertThat(list.getKey().getKey(), is(0));
      rowsByWriter.merge(list.getKey().getValue(), list.getValue().size(), Integer::sum);
    }

    assertThat(rowsByWriter.keySet(), is(Set.of(31, 32, 33)));
    assertThat(rowsByWriter.values(), everyItem(is(allOf(greaterThan(240), lessThan(360)))));
  }

  @Test
  void aRunIsSplitEvenlyIntoCommits() {
    Map<Integer, Integer> rowsByCommit = new HashMap<>();
    for (KV<KV<Integer, Integer>, List<GenericRecord>> list :
        keyed(byAccount(), 1, 500, payments(5_000, 3))) {
      rowsByCommit.merge(list.getKey().getKey(), list.getValue().size(), Integer::sum);
    }

    assertThat(rowsByCommit.keySet(), is(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
    assertThat(rowsByCommit.values(), everyItem(is(allOf(greaterThan(400), lessThan(600)))));
  }

  @Test
  void theWritersOfACommitShareItsRows() {
    Map<KV<Integer, Integer>, Integer> rows = new HashMap<>();
    for (KV<KV<Integer, Integer>, List<GenericRecord>> list :
        keyed(table(), 4, 1_000, payments(4_000, 1))) {
      rows.merge(list.getKey(), list.getValue().size(), Integer::sum);
    }

    assertThat(rows.keySet(), hasSize(16));
    assertThat(rows.values(), everyItem(is(allOf(greaterThan(150), lessThan(350)))));
  }

  @Test
  void thereAreNeverMoreThanAThousandCommits() {
    Set<Integer> commits = new HashSet<>();
    keyed(table(), 1, 1, payments(5_000, 1)).forEach(list -> commits.add(list.getKey().getKey()));

    assertThat(Collections.max(commits), is(lessThan(1_000)));
    assertThat(commits.size(), is(greaterThan(950)));
  }

  @Test
  void theLastRowsMakeACommitOfTheirOwn() {
    for (Map.Entry<Integer, Integer> commitsOfRows :
        Map.of(1, 1, 9, 1, 10, 1, 11, 2, 20, 2, 21, 3).entrySet()) {
      Set<Integer> commits = new HashSet<>();
      keyed(table(), 1, 10, payments(commitsOfRows.getKey(), 1))
          .forEach(list -> commits.add(list.getKey().getKey()));
      assertThat(Collections.max(commits), is(lessThan(commitsOfRows.getValue())));
      assertThat(commits.size(), is(commitsOfRows.getValue()));
    }
  }

  @Test
  void equalRowsHaveOneKeyInAnyBundleAndOrder() {
    List<GenericRecord> rows = payments(500, 3);
    Map<String, KV<Integer, Integer>> keys = keysOfIds(rows);
    Collections.shuffle(rows, new Random(7));

    assertThat(keysOfIds(rows), is(keys));
  }

  private Map<String, KV<Integer, Integer>> keysOfIds(List<GenericRecord> rows) {
    Map<String, KV<Integer, Integer>> keys = new HashMap<>();
    for (KV<KV<Integer, Integer>, List<GenericRecord>> list : keyed(byAccount(), 5, 50, rows)) {
      list.getValue().forEach(row -> keys.put(row.get("id").toString(), list.getKey()));
    }
    return keys;
  }

  @Test
  void allChangesOfAKeyHaveOneKey() {
    LedgerTable table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.keyed", Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("bucket(4, id)"))
            .withKey("id");
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (int n = 0; n < 1_000; n++) {
      GenericRecord row = payment("p" + n % 100, "a" + n, n, n);
      Position position = new Position(n, 0);
      changes.add(n % 3 == 0 ? RowChange.delete(row, position) : RowChange.upsert(row, position));
    }
    Map<String, Set<KV<Integer, Integer>>> keys = new HashMap<>();
    for (var list : keyed(table, new Rows.Changed<>(), RowChangeCoder.of(ROW), 3, 100, changes)) {
      for (RowChange<GenericRecord> change : list.getValue()) {
        keys.computeIfAbsent(change.row().get("id").toString(), id -> new HashSet<>())
            .add(list.getKey());
      }
    }

    assertThat(keys.keySet(), hasSize(100));
    assertThat(keys.values(), everyItem(hasSize(1)));
  }

  private LedgerTable table() {
    return LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA);
  }

  private LedgerTable byAccount() {
    return LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.by_account", Payments.SCHEMA)
        .partitionedBy(Partitioning.parse("account"));
  }

  private static List<GenericRecord> payments(int count, int accounts) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(payment("p" + n, "a" + n % accounts, n, n));
    }
    return rows;
  }

  private static List<KV<KV<Integer, Integer>, List<GenericRecord>>> keyed(
      LedgerTable table, int writers, long rowsPerCommit, List<GenericRecord> rows) {
    return keyed(table, new Rows.Appended<>(), ROW, writers, rowsPerCommit, rows);
  }

  /** The output for elements that arrive in one bundle. */
  private static <E> List<KV<KV<Integer, Integer>, List<E>>> keyed(
      LedgerTable table,
      Rows<E> rows,
      Coder<E> coder,
      int writers,
      long rowsPerCommit,
      List<E> elements) {
    Target<E> target = new Target<>(table, "sink", rows);
    Pipeline pipeline = Pipelines.onDirectRunner();
    PCollection<E> all =
        pipeline
            .apply(Create.of(List.of(elements)).withCoder(ListCoder.of(coder)))
            .apply(Flatten.iterables());
    PCollectionView<Long> count = all.apply(Count.globally()).apply(View.asSingleton());
    var key =
        rowsPerCommit == 0
            ? ParDo.of(new KeyByPartition<>(target, writers, 0, null))
            : ParDo.of(new KeyByPartition<>(target, writers, rowsPerCommit, count))
                .withSideInputs(count);
    Seen<KV<KV<Integer, Integer>, List<E>>> seen =
        Seen.in(
            all.apply("Key", key)
                .setCoder(
                    KvCoder.of(
                        KvCoder.of(VarIntCoder.of(), VarIntCoder.of()), ListCoder.of(coder))));
    Pipelines.run(pipeline);
    return seen.sightings().stream().map(Sighting::value).toList();
  }
}
