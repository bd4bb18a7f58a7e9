package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.weir.card.CustomerDeletion;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.demo.DemoLake.TableState;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.UpsertRows;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptRowsTest {
  @TempDir private Path folder;
  private final List<String> visible = new ArrayList<>();

  @Test
  void changedRowsCountOnceAndDeletedRowsDoNotCount() {
    try (DemoLake lake = new DemoLake(folder)) {
      commit(lake, "first", List.of(upsert("a"), upsert("b")));
      KeptRows rows = new KeptRows(lake.table("things"), this::see);

      assertThat(rows.state(), equalTo(new TableState(2, 1)));
      assertThat(visible, contains("a", "b"));
      visible.clear();

      commit(lake, "second", List.of(upsert("b"), delete("a"), delete("never")));
      commit(lake, "third", List.of(upsert("c")));

      assertThat(rows.state(), equalTo(new TableState(2, 3)));
      assertThat(visible, contains("b", "c"));
      visible.clear();

      assertThat("nothing new", rows.state(), equalTo(new TableState(2, 3)));
      assertThat(visible, empty());
    }
  }

  private void see(List<Object> key, long millis) {
    visible.add(key.get(0).toString());
    visible.sort(null);
  }

  private static RowChange<CustomerDeletion> upsert(String account) {
    return RowChange.upsert(row(account), new Position(1, 1));
  }

  private static RowChange<CustomerDeletion> delete(String account) {
    return RowChange.delete(row(account), new Position(1, 1));
  }

  private static CustomerDeletion row(String account) {
    return new CustomerDeletion(account, Instant.EPOCH);
  }

  private static void commit(
      DemoLake lake, String sinkId, List<RowChange<CustomerDeletion>> changes) {
    LedgerTable table =
        LedgerTable.of(
                LedgerCatalog.read(lake.catalogFile()),
                DemoLake.NAMESPACE + ".things",
                CustomerDeletion.getClassSchema())
            .withKey("account_number");
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            Create.of(changes)
                .withCoder(RowChangeCoder.of(SingleObjectCoder.of(CustomerDeletion.class))))
        .apply("Keep", UpsertRows.to(table, sinkId));
    pipeline.run().waitUntilFinish();
  }
}
