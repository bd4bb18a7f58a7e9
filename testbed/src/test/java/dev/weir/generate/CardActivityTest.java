package dev.weir.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.BankRow.Transaction;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import dev.weir.generate.CardOperation.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CardActivityTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final CardActivity ACTIVITY = CardActivity.seeded(7, NOON);

  @Test
  void theSameSeedGivesTheSameOperations() {
    assertThat(first(ACTIVITY, 5_000), is(first(CardActivity.seeded(7, NOON), 5_000)));
  }

  @Test
  void anotherSeedGivesOtherRows() {
    Set<String> keys = keys(first(ACTIVITY, 5_000));
    keys.retainAll(keys(first(CardActivity.seeded(8, NOON), 5_000)));

    assertThat(keys, is(Set.of()));
  }

  @Test
  void anotherStartMovesAllTimesAndNothingElse() {
    Iterator<CardOperation> here = ACTIVITY.iterator();
    Iterator<CardOperation> later =
        CardActivity.seeded(7, NOON.plus(Duration.ofDays(1))).iterator();
    for (int n = 0; n < 2_000; n++) {
      CardOperation one = here.next();
      CardOperation other = later.next();
      assertThat(other.at(), is(one.at().plus(Duration.ofDays(1))));
      assertThat(
          other.changes().stream().map(Change::toString).toList(),
          is(one.changes().stream().map(Change::toString).toList()));
    }
  }

  @Test
  void itsCustomersComeFirstAndAtOnce() {
    List<CardOperation> opening = first(ACTIVITY.withCustomers(30), 30);

    for (CardOperation operation : opening) {
      assertThat(operation.kind(), is(Kind.NEW_CUSTOMER));
      assertThat(operation.at(), is(NOON));
    }
    assertThat(first(ACTIVITY.withCustomers(30), 31).get(30).kind(), is(Kind.NEW_TRANSACTION));
  }

  @Test
  void operationsComeAtTheirRate() {
    List<CardOperation> operations = rest(ACTIVITY.withRate(4), 100);

    for (int n = 0; n < 100; n++) {
      assertThat(operations.get(n).at(), is(NOON.plusMillis(250L * n)));
    }
  }

  /** A database would reject such a change, or silently change nothing. */
  @Test
  void onlyExistingRowsAreChanged() {
    for (CardActivity activity :
        List.of(
            ACTIVITY,
            ACTIVITY.withCustomers(1),
            ACTIVITY.withCustomers(3).withUpdatesAndDeletes(0.3, 0.4),
            ACTIVITY.withUpdatesAndDeletes(1, 0),
            ACTIVITY.withUpdatesAndDeletes(0, 1))) {
      Map<String, BankRow> rows = new HashMap<>();
      for (CardOperation operation : first(activity, 20_000)) {
        for (Change change : operation.changes()) {
          BankRow row = change.row();
          BankRow before = rows.get(row.key());
          if (change.action() == Action.INSERT) {
            assertThat(row.key(), before, is(nullValue()));
          } else {
            assertThat(row.key(), before, is(not(nullValue())));
          }
          if (change.action() == Action.DELETE) {
            assertThat(before, is(row));
            rows.remove(row.key());
          } else {
            rows.put(row.key(), row);
          }
          if (row instanceof Transaction && change.action() != Action.DELETE) {
            assertThat("customer of " + row, rows.containsKey(row.accountNumber()), is(true));
          }
        }
      }
    }
  }

  @Test
  void aCustomerIsDeletedAfterAllItsTransactions() {
    Map<String, Set<String>> transactions = new HashMap<>();
    int left = 0;
    for (CardOperation operation : first(ACTIVITY.withUpdatesAndDeletes(0.3, 0.1), 20_000)) {
      if (operation.kind() == Kind.DELETED_CUSTOMER) {
        List<Change> changes = operation.changes();
        BankRow customer = changes.get(changes.size() - 1).row();
        assertThat(customer instanceof Customer, is(true));
        assertThat(
            changes.subList(0, changes.size() - 1).stream()
                .map(change -> change.row().key())
                .collect(Collectors.toSet()),
            is(transactions.getOrDefault(customer.key(), Set.of())));
        left += changes.size() > 1 ? 1 : 0;
        continue;
      }
      assertThat(operation.changes(), hasSize(1));
      Change change = operation.changes().get(0);
      if (change.row() instanceof Transaction row) {
        Set<String> ofAccount =
            transactions.computeIfAbsent(row.accountNumber(), account -> new HashSet<>());
        if (change.action() == Action.DELETE) {
          ofAccount.remove(row.key());
        } else {
          ofAccount.add(row.key());
        }
      }
    }
    assertThat(left, is(greaterThan(20)));
  }

  @Test
  void aPendingTransactionIsSettledOnce() {
    Map<String, String> status = new HashMap<>();
    Set<String> outcomes = new HashSet<>();
    for (CardOperation operation : first(ACTIVITY, 20_000)) {
      if (operation.changes().get(0).row() instanceof Transaction row) {
        if (operation.kind() == Kind.SETTLEMENT) {
          assertThat(status.get(row.key()), is("PENDING"));
          outcomes.add(row.status());
        } else if (operation.kind() == Kind.CORRECTION) {
          assertThat(row.status(), is(status.get(row.key())));
        }
        status.put(row.key(), row.status());
      }
    }
    assertThat(outcomes, containsInAnyOrder("COMPLETED", "FAILED"));
  }

  @Test
  void theSharesAreAsConfigured() {
    CardActivity activity = ACTIVITY.withUpdatesAndDeletes(0.2, 0.1).withBackdated(0.25);
    List<CardOperation> operations = rest(activity, 50_000);
    List<Transaction> fresh = fresh(operations);

    assertThat(share(operations, o -> action(o) == Action.UPDATE), is(closeTo(0.2, 0.01)));
    assertThat(share(operations, o -> action(o) == Action.DELETE), is(closeTo(0.1, 0.01)));
    List<CardOperation> entered =
        operations.stream().filter(o -> o.kind() == Kind.NEW_TRANSACTION).toList();
    assertThat(
        share(entered, o -> age(o).compareTo(Duration.ofSeconds(2)) > 0), is(closeTo(0.25, 0.01)));
    assertThat(share(fresh, t -> t.currency().equals("USD")), is(closeTo(0.8, 0.01)));
    assertThat(share(fresh, t -> t.currency().equals("EUR")), is(closeTo(0.1, 0.01)));
    assertThat(share(fresh, t -> t.currency().equals("GBP")), is(closeTo(0.1, 0.01)));
  }

  @Test
  void everyKindOfOperationOccurs() {
    assertThat(
        first(ACTIVITY, 20_000).stream().map(CardOperation::kind).collect(Collectors.toSet()),
        is(Set.of(Kind.values())));
  }

  @Test
  void everyScoringRuleAppliesToSomeTransactions() {
    List<Transaction> fresh = fresh(first(ACTIVITY, 20_000));
    BigDecimal limit = new BigDecimal("1000.00");
    BigDecimal half = new BigDecimal("500.00");

    List<BigDecimal> amounts = fresh.stream().map(Transaction::amount).toList();
    assertThat("borders", amounts, hasItems(limit, half));
    assertThat(amounts, hasItem(greaterThan(limit)));
    assertThat(amounts, hasItem(lessThan(half)));
    List<Transaction> between =
        fresh.stream()
            .filter(t -> t.amount().compareTo(half) > 0 && t.amount().compareTo(limit) <= 0)
            .toList();
    assertThat(between.stream().anyMatch(t -> "ONLINE".equals(t.location())), is(true));
    assertThat(between.stream().anyMatch(t -> !"ONLINE".equals(t.location())), is(true));
    for (Transaction transaction : fresh) {
      assertThat(transaction.amount().signum(), is(1));
      assertThat(transaction.amount().scale(), is(2));
    }
    assertThat(fresh.stream().map(Transaction::merchant).anyMatch(Objects::isNull), is(true));
    assertThat(fresh.stream().map(Transaction::location).anyMatch(Objects::isNull), is(true));
    assertThat(
        fresh.stream().map(Transaction::status).collect(Collectors.toSet()),
        is(Set.of("PENDING", "COMPLETED", "FAILED")));
  }

  @Test
  void noTransactionIsOlderThanEightDaysOrFromTheFuture() {
    for (CardOperation operation : first(ACTIVITY.withBackdated(1), 5_000)) {
      if (operation.kind() == Kind.NEW_TRANSACTION) {
        assertThat(
            age(operation),
            is(
                allOf(
                    greaterThanOrEqualTo(Duration.ZERO),
                    lessThanOrEqualTo(CardActivity.BACKDATED))));
      }
    }
  }

  @Test
  void aCustomerPrintsWithoutPersonalData() {
    CardOperation operation = ACTIVITY.iterator().next();
    Customer customer = (Customer) operation.changes().get(0).row();

    assertThat(operation.toString(), containsString(customer.key()));
    for (String personal :
        List.of(customer.name(), customer.email(), customer.phone(), customer.city())) {
      assertThat(operation.toString(), not(containsString(personal)));
    }
  }

  @Test
  void invalidSettingsAreRejected() {
    for (Runnable setting :
        List.<Runnable>of(
            () -> ACTIVITY.withRate(0),
            () -> ACTIVITY.withCustomers(0),
            () -> ACTIVITY.withUpdatesAndDeletes(-0.1, 0),
            () -> ACTIVITY.withUpdatesAndDeletes(0, 1.1),
            () -> ACTIVITY.withUpdatesAndDeletes(0.6, 0.6),
            () -> ACTIVITY.withBackdated(Double.NaN))) {
      assertThrows(IllegalArgumentException.class, setting::run);
    }
  }

  private static List<CardOperation> first(CardActivity activity, int count) {
    List<CardOperation> operations = new ArrayList<>(count);
    Iterator<CardOperation> all = activity.iterator();
    for (int n = 0; n < count; n++) {
      operations.add(all.next());
    }
    return operations;
  }

  /** Returns the operations after the first customers. */
  private static List<CardOperation> rest(CardActivity activity, int count) {
    List<CardOperation> all = first(activity, activity.customers() + count);
    return all.subList(activity.customers(), all.size());
  }

  private static List<Transaction> fresh(List<CardOperation> operations) {
    return operations.stream()
        .filter(operation -> operation.kind() == Kind.NEW_TRANSACTION)
        .map(operation -> (Transaction) operation.changes().get(0).row())
        .toList();
  }

  private static Set<String> keys(List<CardOperation> operations) {
    return operations.stream()
        .flatMap(operation -> operation.changes().stream())
        .map(change -> change.row().key())
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Action action(CardOperation operation) {
    return operation.changes().get(0).action();
  }

  private static Duration age(CardOperation operation) {
    Transaction transaction = (Transaction) operation.changes().get(0).row();
    return Duration.between(transaction.timestamp(), operation.at());
  }

  private static <T> double share(List<T> all, Predicate<T> condition) {
    return (double) all.stream().filter(condition).count() / all.size();
  }
}
