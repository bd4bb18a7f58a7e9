package dev.weir.card;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.LiveTracker;
import dev.weir.cdc.Operation;
import dev.weir.cdc.ReplicatedRows;
import dev.weir.cdc.Routes;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Customers and transactions of a database whose transactions interleave, with snapshots, repeats
 * and a clock that is set back: a live run, however its two topics meet, ends with the rows of a
 * replay.
 */
class CardHistoriesTest {
  private static final int HISTORIES = Integer.getInteger("weir.runs", 24);
  private static final Duration WAIT = Duration.standardSeconds(20);
  private static final Duration RETENTION = Duration.standardDays(10);

  private final List<CustomerChange> customers = new ArrayList<>();
  private final List<TransactionChange> transactions = new ArrayList<>();

  @Test
  void aLiveRunEndsWithTheRowsOfAReplay() {
    Map<String, String> live = new TreeMap<>();
    for (int seed = 0; seed < HISTORIES; seed++) {
      Random random = new Random(seed);
      List<CustomerChange> ofCustomers = customers(seed, history(random));
      List<TransactionChange> ofTransactions = transactions(seed, history(random));
      Map<String, String> rows = new Live(random).rows(ofCustomers, ofTransactions);
      assertThat("seed " + seed, new Live(random).rows(ofCustomers, ofTransactions), is(rows));
      live.putAll(rows);
      customers.addAll(ofCustomers);
      transactions.addAll(ofTransactions);
    }

    Map<String, String> replayed = replayed();
    // A replay may emit nothing for a deleted row.
    live.values().removeIf("gone"::equals);
    replayed.values().removeIf("gone"::equals);

    assertThat(differences(replayed, live), is(Map.of()));
    assertThat(
        live.values().stream().filter(row -> row.contains("null")).count(), greaterThan(29L));
    assertThat(live.values().stream().filter(row -> row.contains("N")).count(), greaterThan(29L));
  }

  private static Map<String, String> differences(
      Map<String, String> replayed, Map<String, String> live) {
    Map<String, String> differences = new TreeMap<>(live);
    replayed.forEach(
        (id, row) -> {
          if (!differences.remove(id, row)) {
            differences.put(id, "replayed " + row + ", live " + live.get(id));
          }
        });
    return differences;
  }

  private static ReplicatedRows history(Random random) {
    return ReplicatedRows.of(random, random.nextBoolean(), random.nextBoolean(), 10);
  }

  private static List<CustomerChange> customers(int seed, ReplicatedRows history) {
    List<CustomerChange> changes = new ArrayList<>();
    for (ReplicatedRows.Change change : history.topic()) {
      String account = seed + "-" + change.row();
      boolean gone = change.source().getOperation() == Operation.d;
      Customer row = new Customer(account, "N" + change.written(), null, null, null, null, null);
      changes.add(new CustomerChange(change.source(), account, gone ? null : row, 0L));
    }
    return changes;
  }

  private static List<TransactionChange> transactions(int seed, ReplicatedRows history) {
    List<TransactionChange> changes = new ArrayList<>();
    for (ReplicatedRows.Change change : history.topic()) {
      String id = seed + "-t" + change.row();
      boolean gone = change.source().getOperation() == Operation.d;
      Transaction row =
          new Transaction(
              id,
              seed + "-row" + change.written() % 6,
              Instant.ofEpochMilli(1_768_000_000_000L),
              BigDecimal.valueOf(change.written() % 1_000_000, 2),
              "USD",
              null,
              null,
              change.written() % 5 == 0 ? "PENDING" : "COMPLETED",
              null);
      changes.add(new TransactionChange(change.source(), id, gone ? null : row));
    }
    return changes;
  }

  /** The two topics as a live job reads them: each in its own order, interleaved at random. */
  private static final class Live {
    private final Random random;
    private final LiveTracker<CustomerChange, TrackedCustomer, CustomerChange> customers =
        new LiveTracker<>(
            new CustomerTracker(), TrackedCustomer.class, Routes.to(TrackCustomers.CHANGES));
    private final LiveTracker<TransactionChange, TrackedTransaction, TransactionOutcome>
        transactions =
            new LiveTracker<>(
                new TransactionTracker(RETENTION, RETENTION),
                TrackedTransaction.class,
                new TrackTransactions.ByOutcome());
    private final Map<String, AccountBook> books = new TreeMap<>();
    private final Map<String, String> rows = new TreeMap<>();
    private final Map<String, Position> positions = new HashMap<>();

    Live(Random random) {
      this.random = random;
    }

    Map<String, String> rows(
        List<CustomerChange> customerTopic, List<TransactionChange> transactionTopic) {
      int c = 0;
      int t = 0;
      while (c < customerTopic.size() || t < transactionTopic.size()) {
        boolean customer =
            t == transactionTopic.size() || (c < customerTopic.size() && random.nextBoolean());
        ChangeSource source =
            customer ? customerTopic.get(c).getSource() : transactionTopic.get(t).getSource();
        if (customer) {
          customers.arrive(customerTopic.get(c++));
          customers
              .newOutputs(TrackCustomers.CHANGES)
              .forEach(change -> book(change.getAccountNumber()).add(change));
        } else {
          transactions.arrive(transactionTopic.get(t++));
          transactions
              .newOutputs(TrackTransactions.SETTLED)
              .forEach(version -> book(version.getAccountNumber()).add(version));
        }
        if (random.nextInt(8) == 0) {
          books.values().forEach(book -> book.wake(source.getCommitMs()));
        }
      }
      books.values().forEach(book -> book.wake(Long.MAX_VALUE / 2));
      return rows;
    }

    private AccountBook book(String account) {
      return books.computeIfAbsent(
          account,
          a ->
              new AccountBook(
                  new EnrichSorted.InMemory(),
                  WAIT.getMillis(),
                  RETENTION.getMillis(),
                  this::emitted));
    }

    /** The last position of a row counts, whichever account's book it comes from. */
    private void emitted(RowChange<EnrichedTransaction> change) {
      String id = change.row().getTxnId();
      Position before = positions.get(id);
      if (before == null || before.compareTo(change.position()) < 0) {
        positions.put(id, change.position());
        rows.put(id, row(change));
      }
    }
  }

  private static String row(RowChange<EnrichedTransaction> change) {
    EnrichedTransaction row = change.row();
    return change.delete()
        ? "gone"
        : row.getAccountNumber() + " " + row.getAmount() + " " + row.getCustomerName();
  }

  private Map<String, String> replayed() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    PCollection<CustomerChange> tracked =
        pipeline
            .apply(
                "Customers",
                Create.of(customers).withCoder(SingleObjectCoder.of(CustomerChange.class)))
            .apply("TrackCustomers", TrackCustomers.inShards(2))
            .changes();
    Seen<RowChange<EnrichedTransaction>> seen =
        Seen.in(
            pipeline
                .apply(
                    "Transactions",
                    Create.of(transactions)
                        .withCoder(SingleObjectCoder.of(TransactionChange.class)))
                .apply("TrackTransactions", TrackTransactions.of(RETENTION, 2))
                .settled()
                .apply("Enrich", EnrichTransactions.with(tracked, WAIT, RETENTION, 2)));
    Pipelines.run(pipeline);
    Map<String, String> rows = new TreeMap<>();
    seen.values().stream()
        .sorted(Comparator.comparing(RowChange::position))
        .forEach(change -> rows.put(change.row().getTxnId(), row(change)));
    return rows;
  }
}
