package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.testing.Customers;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureTest {
  @TempDir Path folder;
  private Customers bank;

  @BeforeEach
  void openBank() {
    bank = new Customers(folder);
  }

  @Test
  void theTablesPropertiesDefineTheErasureAndDisableBounds() {
    assertThat(
        erasing(bank.paid().prepare()),
        is(
            Map.of(
                "weir.erase.deletions", "customer_deletions",
                "weir.erase.person", "account_number",
                "weir.erase.personal", "customer_name,email,city",
                "weir.erase.until", "timestamp",
                "weir.erase.rows", "blank",
                "write.metadata.metrics.column.customer_name", "counts",
                "write.metadata.metrics.column.email", "counts",
                "write.metadata.metrics.column.city", "counts")));
    assertThat(erasing(bank.customers().prepare()).get("weir.erase.rows"), is("keep"));
  }

  @Test
  void anExistingTableIsUpdatedOnceAndAgainIfTheErasureChanges() {
    bank.plainPaid().prepare();
    Table table = bank.paid().prepare();
    String before = metadata(table);

    assertThat(metadata(bank.paid().prepare()), is(before));
    assertThat(metadata(bank.plainPaid().prepare()), is(before));
    Table changed =
        bank.plainPaid()
            .withErasure(Erasure.blanking("customer_deletions", "account_number", "email"))
            .prepare();

    assertThat(erasing(changed).get("weir.erase.personal"), is("email"));
    assertThat(erasing(changed).containsKey("weir.erase.until"), is(false));
  }

  @Test
  void aColumnThatCannotBeErasedIsRefused() {
    assertThat(
        refused(Erasure.blanking("d", "account_number", "txn_id")),
        containsString("txn_id is part of the key or the partitioning"));
    assertThat(
        refused(Erasure.blanking("d", "account_number", "cents")),
        containsString("cents is required and cannot be blanked"));
    assertThat(
        refused(Erasure.blanking("d", "account_number", "phone")),
        containsString("phone is missing"));
    assertThat(
        refused(Erasure.blanking("d", "timestamp", "email")),
        containsString("timestamp is timestamptz; a person must be"));
    assertThat(
        refused(Erasure.blanking("d", "account_number", "email").until("cents")),
        containsString("cents is long, not a timestamp"));
    assertThrows(IllegalArgumentException.class, () -> Erasure.blanking("d", "account_number"));
  }

  @Test
  void invalidPropertiesAreRefused() {
    Table table = bank.paid().prepare();
    table.updateProperties().set("weir.erase.rows", "all").commit();
    assertThat(maintain(), containsString("has weir.erase.rows=all"));
    table.updateProperties().remove("weir.erase.rows").commit();
    assertThat(maintain(), containsString("has no property weir.erase.rows"));
  }

  @Test
  void aTableOfDeletionsWithoutTheRightColumnsIsRefused() {
    Table table = bank.paid().prepare();
    table.updateProperties().set("weir.erase.deletions", "enriched_transactions").commit();

    assertThat(maintain(), containsString("column deleted_at is missing"));
  }

  private String maintain() {
    return assertThrows(
            LedgerException.class,
            () -> bank.maintain(Customers.PAID, MaintenanceRules.standard()).run())
        .getMessage();
  }

  private String refused(Erasure erasure) {
    return assertThrows(
            LedgerException.class, () -> bank.plainPaid().withErasure(erasure).prepare())
        .getMessage();
  }

  private static Map<String, String> erasing(Table table) {
    Map<String, String> properties = new TreeMap<>(table.properties());
    properties
        .keySet()
        .removeIf(name -> !name.startsWith("weir.erase") && !name.contains("metrics"));
    return properties;
  }

  private static String metadata(Table table) {
    return ((HasTableOperations) table).operations().current().metadataFileLocation();
  }
}
