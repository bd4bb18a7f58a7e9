package dev.weir.it.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import dev.weir.card.Customer;
import dev.weir.card.CustomerDeletion;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.cdc.StaleRow;
import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import dev.weir.it.CommandRun;
import dev.weir.spend.SpendMetrics;
import dev.weir.testing.Pipelines;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command verify-output on changelogs of card transactions and the tables of their lake. */
@Timeout(300)
class VerifyCardsIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  @TempDir private static Path folder;
  private static Outputs outputs;

  private final long seed = Long.getLong("weir.verify.seed", 6);
  private final Random random = new Random(seed);

  @BeforeAll
  static void start() throws Exception {
    outputs = Outputs.start(folder);
  }

  @AfterAll
  static void stop() {
    outputs.close();
  }

  @Test
  void changelogsThatEqualTheirTablesPass() throws IOException {
    Bank bank = new Bank("clean", 20);

    CommandRun run = bank.verify();

    assertThat(run.err(), is(empty()));
    assertThat(
        run.out().stream().map(line -> line.replaceAll("=kafka:.*?: |=file:.*?: ", ": ")).toList(),
        hasItems(
            "--enriched: 60 records, 60 of this sink, 0 of other sinks, 0 without a header, 20"
                + " deletions",
            "--ledger=iceberg:clean.enriched_transactions: 20 rows, 1 erased",
            "--pending: 40 records, 40 of this sink, 0 of other sinks, 0 without a header, 20"
                + " deletions",
            "--ledger=iceberg:clean.pending_transactions: 20 rows",
            "--ledger=iceberg:clean.customers: 2 rows",
            "--customers: 4 records read, 3 keys, 1 further changes, 0 dead letters",
            "--transactions: 81 records read, 60 keys, 20 further changes, 0 dead letters, 1 empty",
            "no differences"));
    assertThat(run.status(), is(0));
  }

  @Test
  void everyPlantedFaultIsFound() throws IOException {
    Bank bank = new Bank("faulty", 20);
    List<String> expected = new ArrayList<>();

    String undeleted = bank.next();
    bank.enrichedRows.removeIf(row -> row.getTxnId().equals(undeleted));
    bank.changes.add(bank.change("d", undeleted, "COMPLETED"));
    expected.add(
        "--ledger: txn_id '%s' is missing in table faulty.enriched_transactions: topic"
                .formatted(undeleted)
            + " faulty-enriched @");

    String outdated = bank.next();
    bank.enriched.remove(bank.last(outdated));
    expected.add(
        "--ledger: txn_id '%s' has a row that differs from its last record: table"
                .formatted(outdated)
            + " faulty.enriched_transactions; topic faulty-enriched @; different: amount");

    String repeated = bank.next();
    bank.enriched.add(bank.last(repeated));
    expected.add(
        "--enriched: txn_id '%s' is there twice with revision 2.0: topic faulty-enriched @; topic"
                .formatted(repeated)
            + " faulty-enriched @");

    String deleted = bank.next();
    bank.enriched.add(new Change(deleted, null, "3.0"));
    expected.add(
        "--ledger: txn_id '%s' has a row although its last record deletes it: table"
                .formatted(deleted)
            + " faulty.enriched_transactions; topic faulty-enriched @");

    String unpublished = bank.next();
    bank.enriched.removeIf(change -> change.key().equals(unpublished));
    expected.add(
        "--enriched: txn_id '%s' is missing in topic faulty-enriched: table".formatted(unpublished)
            + " faulty.enriched_transactions");

    String both = bank.next();
    Transaction pending = bank.pending(both);
    bank.pending.add(new Change(both, PlainJson.write(pending), "1.0"));
    bank.pendingRows.add(pending);
    expected.add(
        "--ledger: txn_id '%s' is both pending and settled: table faulty.pending_transactions"
            .formatted(both));

    bank.changes.add(bank.change("c", "lost", "COMPLETED"));
    expected.add("--transactions: key 'lost' has changes but no row");

    bank.customerRows.add(new Customer("nobody", "No Body", null, null, null, null, null));
    expected.add(
        "--ledger: account_number 'nobody' has no change in --customers: table faulty.customers");

    String blank = bank.next();
    bank.enrichedRows.replaceAll(row -> row.getTxnId().equals(blank) ? Bank.withoutName(row) : row);
    expected.add(
        "--ledger: txn_id '%s' has a row that differs from its last record: table".formatted(blank)
            + " faulty.enriched_transactions; topic faulty-enriched @; different: customer_name");

    CommandRun run = bank.verify();

    assertThat(
        "seed " + seed,
        VerifyLoansIT.differences(run),
        containsInAnyOrder(expected.toArray(String[]::new)));
    assertThat(run.status(), is(1));
  }

  /**
   * A record of a changelog.
   *
   * @param value null for a deletion
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Change(String key, byte[] value, String revision) {}

  /** A bank whose job has published each transaction twice and deleted some. */
  private final class Bank {
    private final String run;
    final String erased;
    final List<String> untouched = new ArrayList<>();
    final List<Change> enriched = new ArrayList<>();
    final List<Change> pending = new ArrayList<>();
    final List<EnrichedTransaction> enrichedRows = new ArrayList<>();
    final List<Transaction> pendingRows = new ArrayList<>();
    final List<Customer> customerRows = new ArrayList<>();
    final List<String> changes = new ArrayList<>();
    final List<String> customers = new ArrayList<>();

    /**
     * @param count how many transactions are settled, how many are pending and how many are gone
     */
    Bank(String run, int count) {
      this.run = run;
      this.erased = "settled-0";
      for (String account : List.of("a1", "a2", "gone")) {
        customers.add(customer("c", account));
        if (!account.equals("gone")) {
          customerRows.add(new Customer(account, "Ada", null, null, null, null, null));
        }
      }
      for (int n = 0; n < count; n++) {
        String id = "settled-" + n;
        changes.add(change("c", id, "COMPLETED"));
        enriched.add(new Change(id, published(enriched(id, "5.00")), "1.0"));
        enrichedRows.add(enriched(id, "6.00"));
        if (n > 0) {
          untouched.add(id);
        }
        changes.add(change("c", "pending-" + n, "PENDING"));
        pending.add(new Change("pending-" + n, PlainJson.write(pending("pending-" + n)), "1.0"));
        pendingRows.add(pending("pending-" + n));
        changes.add(change("c", "gone-" + n, "PENDING"));
        changes.add(change("d", "gone-" + n, "PENDING"));
        pending.add(new Change("gone-" + n, null, "1.0"));
        enriched.add(new Change("gone-" + n, null, "1.0"));
      }
      changes.add("null");
      enrichedRows.forEach(row -> enriched.add(new Change(row.getTxnId(), published(row), "2.0")));
      // Maintenance has erased the person from the table.
      enrichedRows.replaceAll(row -> row.getTxnId().equals(erased) ? withoutName(row) : row);
      Collections.shuffle(untouched, random);
    }

    String next() {
      return untouched.remove(0);
    }

    Change last(String key) {
      Change last = null;
      for (Change change : enriched) {
        last = change.key().equals(key) ? change : last;
      }
      return last;
    }

    static EnrichedTransaction withoutName(EnrichedTransaction row) {
      return EnrichedTransaction.newBuilder(row).setCustomerName(null).build();
    }

    private static byte[] published(EnrichedTransaction row) {
      return PlainJson.write(row, RowKey.published(row.getSchema()), Map.of());
    }

    private EnrichedTransaction enriched(String id, String amount) {
      return EnrichedTransaction.newBuilder()
          .setTxnId(id)
          .setAccountNumber(id.equals(erased) ? "gone" : "a1")
          .setTimestamp(NOON)
          .setAmount(new BigDecimal(amount))
          .setCurrency("USD")
          .setStatus("COMPLETED")
          .setCustomerName("Ada")
          .setFraudCategory("NORMAL")
          .setRiskLevel("LOW")
          .setCommittedAt(NOON)
          .build();
    }

    Transaction pending(String id) {
      return new Transaction(
          id, "a2", NOON, new BigDecimal("5.00"), "USD", null, null, "PENDING", null);
    }

    String change(String op, String id, String status) {
      String row =
          "{\"txn_id\":\"%s\",\"account_number\":\"a1\",\"timestamp\":\"%s\",\"amount\":\"5.00\",\"currency\":\"USD\",\"merchant\":null,\"location\":null,\"status\":\"%s\",\"transaction_type\":null}"
              .formatted(id, NOON, status);
      return event("transactions", op, row);
    }

    private String customer(String op, String account) {
      return event(
          "customers",
          op,
          "{\"account_number\":\"%s\",\"customer_name\":\"Ada\"}".formatted(account));
    }

    private static String event(String table, String op, String row) {
      boolean deletes = op.equals("d");
      return "{\"before\":%s,\"after\":%s,\"source\":{\"ts_ms\":%d,\"lsn\":1,\"table\":\"%s\"},\"op\":\"%s\"}"
          .formatted(deletes ? row : null, deletes ? null : row, NOON.toEpochMilli(), table, op);
    }

    CommandRun verify() throws IOException {
      customers.add(customer("d", "gone"));
      Path transactions = folder.resolve(run + "-transactions.jsonl");
      Files.writeString(transactions, String.join("\n", changes));
      Path people = folder.resolve(run + "-customers.jsonl");
      Files.writeString(people, String.join("\n", customers));
      String enrichedTopic = publish("enriched", enriched);
      String pendingTopic = publish("pending", pending);
      Pipeline pipeline = Pipelines.onDirectRunner();
      keep(pipeline, "enriched_transactions", EnrichedTransaction.class, "txn_id", enrichedRows);
      keep(pipeline, "pending_transactions", Transaction.class, "txn_id", pendingRows);
      keep(pipeline, "customers", Customer.class, "account_number", customerRows);
      keep(
          pipeline,
          "customer_deletions",
          CustomerDeletion.class,
          "account_number",
          List.of(new CustomerDeletion("gone", NOON)));
      outputs.upsert(
          pipeline,
          run + ".spend_metrics",
          SpendMetrics.class,
          RowKey.of("account_number", "currency", "window_type", "window_start"),
          List.of());
      outputs.upsert(
          pipeline,
          run + ".rows_stale",
          StaleRow.class,
          RowKey.of("source_table", "row_key"),
          List.of());
      Pipelines.run(pipeline);
      return outputs.verify(
          "card-transactions",
          "--enriched=" + enrichedTopic,
          "--pending=" + pendingTopic,
          "--ledger=iceberg:" + run,
          "--customers=file:" + people,
          "--transactions=file:" + transactions);
    }

    private <T extends SpecificRecordBase> void keep(
        Pipeline pipeline, String table, Class<T> type, String key, List<T> rows) {
      outputs.upsert(pipeline, run + "." + table, type, RowKey.of(key), rows);
    }

    private String publish(String name, List<Change> records) {
      String topic = run + "-" + name;
      String uri = outputs.topic(topic);
      for (Change change : records) {
        outputs.publish(
            topic, change.key(), change.value(), "card-transactions 0 1.1 0 r" + change.revision());
      }
      outputs.flush();
      return uri;
    }
  }
}
