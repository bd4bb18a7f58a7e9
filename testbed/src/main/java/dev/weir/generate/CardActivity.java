package dev.weir.generate;

import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.BankRow.Transaction;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import dev.weir.generate.CardOperation.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * An endless sequence of generated operations of a bank's customers and their cards; a pure
 * function of its seed and settings. The initial customers come first, {@link #customers()} of
 * them. Every iterator returns the same operations: new transactions, many of them pending and
 * settled later; corrections, deletions, and customers that join, move and leave. Only existing
 * rows are changed.
 */
public final class CardActivity implements Iterable<CardOperation> {
  /** The maximum age of a transaction that is entered late. */
  public static final Duration BACKDATED = Duration.ofDays(8);

  private static final List<String> FIRST_NAMES =
      List.of("Ada", "Ben", "Chloe", "David", "Elena", "Finn", "Grace", "Hugo", "Ines", "Jonas");
  private static final List<String> LAST_NAMES =
      List.of("Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jensen");
  private static final List<String> CITIES =
      List.of("Bergen", "Boston", "Bristol", "Lisbon", "Lyon", "Osaka", "Porto", "Quito", "Zürich");
  private static final List<String> MERCHANTS =
      List.of("Corner Shop", "Fuel & Go", "Grand Hotel", "Book Barn", "Rail Tickets", "Café Noir");
  private static final List<String> TYPES = List.of("PURCHASE", "PURCHASE", "WITHDRAWAL", "REFUND");

  private final long seed;
  private final Instant first;
  private final double rate;
  private final int customers;
  private final double updates;
  private final double deletes;
  private final double backdated;

  private CardActivity(
      long seed,
      Instant first,
      double rate,
      int customers,
      double updates,
      double deletes,
      double backdated) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("the rate must be above 0, not " + rate);
    }
    if (customers < 1) {
      throw new IllegalArgumentException(
          "the number of customers must be above 0, not " + customers);
    }
    requireShare("updates", updates);
    requireShare("deletes", deletes);
    requireShare("backdated transactions", backdated);
    if (updates + deletes > 1) {
      throw new IllegalArgumentException(
          "the shares of updates and deletes must not exceed 1 together");
    }
    this.seed = seed;
    this.first = first.truncatedTo(ChronoUnit.MILLIS);
    this.rate = rate;
    this.customers = customers;
    this.updates = updates;
    this.deletes = deletes;
    this.backdated = backdated;
  }

  /**
   * Returns an activity of a hundred customers with ten operations a second, of which a third
   * change a row and a fiftieth delete one.
   *
   * @param seed also names the run in its account numbers and transaction ids
   * @param first the time of the first operation
   */
  public static CardActivity seeded(long seed, Instant first) {
    return new CardActivity(seed, first, 10, 100, 0.33, 0.02, 0.05);
  }

  /** Returns a copy whose times are {@code 1/perSecond} seconds apart. */
  public CardActivity withRate(double perSecond) {
    return new CardActivity(seed, first, perSecond, customers, updates, deletes, backdated);
  }

  /** Returns a copy with this number of initial customers. */
  public CardActivity withCustomers(int count) {
    return new CardActivity(seed, first, rate, count, updates, deletes, backdated);
  }

  /**
   * Returns a copy with these shares of the operations, 0 to 1; the remaining operations insert
   * rows. An operation also inserts a row if there is nothing to change or delete yet.
   *
   * @param changing share of operations that change a row
   * @param deleting share of operations that delete a row
   */
  public CardActivity withUpdatesAndDeletes(double changing, double deleting) {
    return new CardActivity(seed, first, rate, customers, changing, deleting, backdated);
  }

  /** Returns a copy where this share of new transactions, 0 to 1, is backdated by up to 8 days. */
  public CardActivity withBackdated(double share) {
    return new CardActivity(seed, first, rate, customers, updates, deletes, share);
  }

  public long seed() {
    return seed;
  }

  /** Returns the number of initial customers: that many operations come first, at the same time. */
  public int customers() {
    return customers;
  }

  @Override
  public Iterator<CardOperation> iterator() {
    return new Run();
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of " + what + " must be between 0 and 1, not " + share);
    }
  }

  private final class Run implements Iterator<CardOperation> {
    /** Bounds the memory of an endless run. Older transactions stay unchanged. */
    private static final int CHANGEABLE = 200_000;

    // Not SplittableRandom: Random's contract specifies its algorithm.
    private final Random random = new Random(seed);
    private final String prefix = Long.toUnsignedString(seed, Character.MAX_RADIX) + "-";
    private final Map<String, Customer> rows = new HashMap<>();
    private final Map<String, Map<String, Transaction>> ofCustomer = new HashMap<>();
    private final Pool present = new Pool();
    private final Pool deletable = new Pool();
    private final Pool pending = new Pool();
    private final Pool changeable = new Pool();
    private final Map<String, String> accounts = new HashMap<>();
    private final Deque<String> byAge = new ArrayDeque<>();
    private long made;
    private long customersMade;
    private long transactionsMade;

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public CardOperation next() {
      if (customersMade < customers) {
        return newCustomer();
      }
      double draw = random.nextDouble();
      CardOperation operation = null;
      if (draw < deletes) {
        operation = random.nextInt(10) == 0 ? deletedCustomer() : deletedTransaction();
      } else if (draw < deletes + updates) {
        operation = update();
      }
      if (operation == null) {
        operation = random.nextInt(100) == 0 ? newCustomer() : newTransaction();
      }
      made++;
      return operation;
    }

    private CardOperation update() {
      int draw = random.nextInt(20);
      if (draw == 0) {
        return customerChange();
      }
      return draw < 4 || pending.isEmpty() ? correction() : settlement();
    }

    private CardOperation newCustomer() {
      long number = customersMade++;
      String account = "acc-" + prefix + number;
      String firstName = pick(FIRST_NAMES);
      String lastName = pick(LAST_NAMES);
      Customer customer =
          new Customer(
              account,
              firstName + " " + lastName,
              email(firstName, lastName, number),
              // Numbers that are never assigned to subscribers.
              String.format(
                  Locale.ROOT, "+1-%03d-555-01%02d", 200 + random.nextInt(800), number % 100),
              LocalDate.of(1940, 1, 1).plusDays(random.nextInt(65 * 365)),
              pick(CITIES),
              now());
      rows.put(account, customer);
      ofCustomer.put(account, new LinkedHashMap<>());
      present.add(account);
      deletable.add(account);
      return operation(Kind.NEW_CUSTOMER, Action.INSERT, customer);
    }

    private CardOperation newTransaction() {
      String account = present.draw(random);
      Instant at =
          random.nextDouble() < backdated
              ? now().minusMillis((long) (random.nextDouble() * BACKDATED.toMillis()))
              : now().minusMillis(random.nextInt(2000));
      int currency = random.nextInt(10);
      int status = random.nextInt(100);
      Transaction transaction =
          new Transaction(
              "txn-" + prefix + transactionsMade++,
              account,
              at,
              amount(),
              currency < 8 ? "USD" : currency == 8 ? "EUR" : "GBP",
              random.nextInt(30) == 0 ? null : pick(MERCHANTS),
              location(),
              status < 40 ? "PENDING" : status < 93 ? "COMPLETED" : "FAILED",
              pick(TYPES));
      keep(transaction);
      changeable.add(transaction.txnId());
      byAge.add(transaction.txnId());
      forgetTheOldest();
      return operation(Kind.NEW_TRANSACTION, Action.INSERT, transaction);
    }

    private CardOperation settlement() {
      Transaction transaction = transaction(pending.draw(random));
      Transaction settled =
          transaction.withStatus(random.nextInt(10) == 0 ? "FAILED" : "COMPLETED");
      keep(settled);
      return operation(Kind.SETTLEMENT, Action.UPDATE, settled);
    }

    private CardOperation correction() {
      if (changeable.isEmpty()) {
        return null;
      }
      Transaction corrected = transaction(changeable.draw(random)).withAmount(amount());
      keep(corrected);
      return operation(Kind.CORRECTION, Action.UPDATE, corrected);
    }

    private CardOperation customerChange() {
      Customer customer = rows.get(present.draw(random));
      String[] name = customer.name().split(" ");
      Customer changed =
          random.nextBoolean()
              ? customer.withCity(pick(CITIES))
              : customer.withEmail(email(name[0], name[1], random.nextInt(1_000_000)));
      rows.put(changed.accountNumber(), changed);
      return operation(Kind.CUSTOMER_CHANGE, Action.UPDATE, changed);
    }

    private CardOperation deletedTransaction() {
      if (changeable.isEmpty()) {
        return null;
      }
      Transaction transaction = transaction(changeable.draw(random));
      forget(transaction.txnId());
      return operation(Kind.DELETED_TRANSACTION, Action.DELETE, transaction);
    }

    /** At least half of the initial number of customers always stays. */
    private CardOperation deletedCustomer() {
      if (deletable.isEmpty() || present.size() <= (customers + 1L) / 2) {
        return null;
      }
      String account = deletable.draw(random);
      // Prefers a customer with few transactions; otherwise a busy bank would do little but delete.
      for (int n = 0; n < 3; n++) {
        String other = deletable.draw(random);
        if (ofCustomer.get(other).size() < ofCustomer.get(account).size()) {
          account = other;
        }
      }
      List<Change> changes = new ArrayList<>();
      for (Transaction transaction : List.copyOf(ofCustomer.get(account).values())) {
        forget(transaction.txnId());
        changes.add(new Change(Action.DELETE, transaction));
      }
      changes.add(new Change(Action.DELETE, rows.remove(account)));
      ofCustomer.remove(account);
      present.remove(account);
      deletable.remove(account);
      return new CardOperation(Kind.DELETED_CUSTOMER, now(), List.copyOf(changes));
    }

    private void keep(Transaction transaction) {
      ofCustomer.get(transaction.accountNumber()).put(transaction.txnId(), transaction);
      accounts.put(transaction.txnId(), transaction.accountNumber());
      if (transaction.status().equals("PENDING")) {
        pending.add(transaction.txnId());
      } else {
        pending.remove(transaction.txnId());
      }
    }

    private void forget(String txnId) {
      ofCustomer.get(accounts.remove(txnId)).remove(txnId);
      pending.remove(txnId);
      changeable.remove(txnId);
    }

    private void forgetTheOldest() {
      while (changeable.size() > CHANGEABLE || byAge.size() > 2 * CHANGEABLE) {
        String oldest = byAge.remove();
        if (accounts.containsKey(oldest)) {
          // A deletion of the customer must include this transaction, which is no longer known.
          deletable.remove(accounts.get(oldest));
          forget(oldest);
        }
      }
    }

    private Transaction transaction(String txnId) {
      return ofCustomer.get(accounts.get(txnId)).get(txnId);
    }

    /** Covers every range that a scoring rule distinguishes, and sometimes an exact boundary. */
    private BigDecimal amount() {
      int size = random.nextInt(100);
      int cents;
      if (size < 2) {
        cents = size == 0 ? 500_00 : 1000_00;
      } else if (size < 12) {
        cents = 1000_01 + random.nextInt(4000_00);
      } else if (size < 30) {
        cents = 500_01 + random.nextInt(500_00);
      } else {
        cents = 1 + random.nextInt(500_00);
      }
      return BigDecimal.valueOf(cents, 2);
    }

    private String location() {
      int draw = random.nextInt(30);
      return draw == 0 ? null : draw < 10 ? "ONLINE" : pick(CITIES);
    }

    private String email(String firstName, String lastName, long number) {
      return (firstName + "." + lastName).toLowerCase(Locale.ROOT) + number + "@example.com";
    }

    private String pick(List<String> values) {
      return values.get(random.nextInt(values.size()));
    }

    private Instant now() {
      return first.plusNanos((long) (made * 1e9 / rate)).truncatedTo(ChronoUnit.MILLIS);
    }

    private CardOperation operation(Kind kind, Action action, BankRow row) {
      return new CardOperation(kind, now(), List.of(new Change(action, row)));
    }
  }

  /** Keys that can be drawn and removed in constant time. */
  private static final class Pool {
    private final List<String> keys = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    void add(String key) {
      if (places.putIfAbsent(key, keys.size()) == null) {
        keys.add(key);
      }
    }

    void remove(String key) {
      Integer place = places.remove(key);
      if (place == null) {
        return;
      }
      String last = keys.remove(keys.size() - 1);
      if (place < keys.size()) {
        keys.set(place, last);
        places.put(last, place);
      }
    }

    String draw(Random random) {
      return keys.get(random.nextInt(keys.size()));
    }

    int size() {
      return keys.size();
    }

    boolean isEmpty() {
      return keys.isEmpty();
    }
  }
}
