package dev.weir.card;

import dev.weir.ledger.Position;
import dev.weir.ledger.RowChange;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The settled transactions of one account and who holds it. A transaction has the customer as of
 * its commit; where there was none yet, the first one within the wait after it; else none. What
 * arrives late corrects what was said before, so that the last word on a transaction depends on the
 * commit times alone, and on no order of arrival.
 *
 * <p>A customer who is deleted is forgotten: no transaction from before that has one any more.
 */
final class AccountBook {
  /** What is swept waits for more of its kind. */
  private static final int SWEEPS_PER_RETENTION = 4;

  private final Pages pages;
  private final long wait;
  private final long retention;
  private final Consumer<RowChange<EnrichedTransaction>> out;

  /** Where the account's book lies. What is read must not be changed, only written again. */
  interface Pages {
    /** Null where nothing is known of the account. */
    AccountHolder holder();

    /** Null clears. */
    void holder(AccountHolder holder);

    /** Null where there is none. */
    KeptTransaction transaction(String id);

    Iterable<Map.Entry<String, KeptTransaction>> transactions();

    void put(String id, KeptTransaction transaction);

    void remove(String id);
  }

  /**
   * @param wait how long after its commit a transaction waits for its customer, in milliseconds
   * @param retention how long transactions are kept after their commit, in milliseconds
   * @param out receives what there is to say
   */
  AccountBook(
      Pages pages, long wait, long retention, Consumer<RowChange<EnrichedTransaction>> out) {
    this.pages = pages;
    this.wait = wait;
    this.retention = retention;
    this.out = out;
  }

  /** Who is said to hold the account; all null for nobody. */
  private record Person(String name, String email, String city) {
    static final Person NOBODY = new Person(null, null, null);
  }

  /** A new version of a transaction; one that is older than what is known says nothing. */
  void add(TransactionVersion version) {
    KeptTransaction before = pages.transaction(version.getTxnId());
    if (before != null && before.getVersion().getRevision() >= version.getRevision()) {
      return;
    }
    AccountHolder holder = holder();
    long commit = version.getCommitMs();
    long said = before == null ? 0 : before.getRevision();
    if (version.getTransaction() == null) {
      long revision = Math.max(said + 1, version.getRevision());
      if (version.getGone()) {
        out.accept(RowChange.delete(keyOnly(version.getTxnId()), new Position(revision, 0)));
      }
      pages.put(version.getTxnId(), kept(version, false, Person.NOBODY, revision));
    } else {
      say(version, before, holder, Long.MIN_VALUE);
    }
    holder.setLastCommit(Math.max(holder.getLastCommit(), commit));
    sweepBy(holder, commit);
    pages.holder(holder);
  }

  /** A customer's change. Changes of one account come in the order of their commits. */
  void add(CustomerChange change) {
    AccountHolder holder = holder();
    long commit = change.getSource().getCommitMs();
    if (change.getCustomer() == null) {
      holder.setForgottenAt(commit);
      holder.setVersions(new ArrayList<>());
      sweepBy(holder, commit);
    } else {
      Customer customer = change.getCustomer();
      List<HolderVersion> versions = new ArrayList<>(holder.getVersions());
      versions.add(
          new HolderVersion(
              commit, customer.getCustomerName(), customer.getEmail(), customer.getCity()));
      holder.setVersions(withoutForgotten(versions, commit - retention));
    }
    if (concernsTransactions(holder, change)) {
      for (KeptTransaction kept : all()) {
        if (kept.getVersion().getTransaction() != null && mayConcern(kept, change)) {
          say(kept.getVersion(), kept, holder, Long.MIN_VALUE);
        }
      }
    }
    pages.holder(holder);
  }

  /** Whether any transaction may have another customer now; looking at each is dear. */
  private boolean concernsTransactions(AccountHolder holder, CustomerChange change) {
    long commit = change.getSource().getCommitMs();
    return change.getCustomer() == null
        || holder.getLastCommit() >= commit
        || holder.getLastUnmatched() >= commit - wait;
  }

  /**
   * Not what waited in vain before it, since who held the account so long ago may be forgotten; and
   * not what is longer ago than the retention, which may be gone and only not yet swept away.
   */
  private boolean mayConcern(KeptTransaction kept, CustomerChange change) {
    long ago = change.getSource().getCommitMs() - kept.getVersion().getCommitMs();
    return ago <= (change.getCustomer() == null ? retention : wait);
  }

  /** Those that no transaction of the retention can be from, but for the last one before it. */
  private static List<HolderVersion> withoutForgotten(List<HolderVersion> versions, long from) {
    int first = 0;
    while (first + 1 < versions.size() && versions.get(first + 1).getCommitMs() <= from) {
      first++;
    }
    return new ArrayList<>(versions.subList(first, versions.size()));
  }

  /**
   * Time has come to {@code now}: transactions that have waited long enough go without a customer,
   * and what is longer ago than the retention is forgotten.
   *
   * @param now event time, epoch milliseconds
   */
  void wake(long now) {
    AccountHolder holder = holder();
    List<WaitingTransaction> waiting = holder.getWaiting();
    int over = 0;
    while (over < waiting.size() && waiting.get(over).getUntil() <= now) {
      over++;
    }
    holder.setWaiting(new ArrayList<>(waiting.subList(over, waiting.size())));
    for (WaitingTransaction next : waiting.subList(0, over)) {
      KeptTransaction kept = pages.transaction(next.getTxnId());
      // Its customer may have come, or another version that waits longer.
      if (kept != null && kept.getWaiting() && waitsUntil(kept.getVersion()) <= now) {
        say(kept.getVersion(), kept, holder, now);
      }
    }
    boolean known = holder.getSweepAt() == null || holder.getSweepAt() > now || sweep(holder, now);
    pages.holder(known || !holder.getVersions().isEmpty() ? holder : null);
  }

  /** Whether anything is left that has to be forgotten some day. */
  private boolean sweep(AccountHolder holder, long now) {
    holder.setSweepAt(null);
    for (KeptTransaction kept : all()) {
      TransactionVersion version = kept.getVersion();
      if (!kept.getWaiting() && version.getCommitMs() + retention <= now) {
        pages.remove(version.getTxnId());
      } else {
        sweepBy(holder, version.getCommitMs());
      }
    }
    Long forgottenAt = holder.getForgottenAt();
    if (forgottenAt != null && forgottenAt + retention <= now) {
      holder.setForgottenAt(null);
    } else if (forgottenAt != null) {
      sweepBy(holder, forgottenAt);
    }
    return holder.getSweepAt() != null;
  }

  /** Event time at which {@link #wake} is to be called; null for never. */
  Long wakeAt() {
    AccountHolder holder = pages.holder();
    if (holder == null) {
      return null;
    }
    List<WaitingTransaction> waiting = holder.getWaiting();
    Long sweep = holder.getSweepAt();
    if (waiting.isEmpty()) {
      return sweep;
    }
    long first = waiting.get(0).getUntil();
    return sweep == null ? first : Long.valueOf(Math.min(first, sweep));
  }

  private void sweepBy(AccountHolder holder, long commit) {
    long time = commit + retention + retention / SWEEPS_PER_RETENTION;
    if (holder.getSweepAt() == null || time < holder.getSweepAt()) {
      holder.setSweepAt(time);
    }
  }

  private void await(AccountHolder holder, TransactionVersion version) {
    List<WaitingTransaction> waiting = new ArrayList<>(holder.getWaiting());
    long until = waitsUntil(version);
    int at = waiting.size();
    while (at > 0 && waiting.get(at - 1).getUntil() > until) {
      at--;
    }
    waiting.add(at, new WaitingTransaction(version.getTxnId(), until));
    holder.setWaiting(waiting);
  }

  private long waitsUntil(TransactionVersion version) {
    return version.getCommitMs() + wait;
  }

  /**
   * Says a version with its customer, unless that was said already, or its customer is waited for.
   *
   * @param before what is kept of the transaction; null for nothing
   * @param now how far time is known to have come
   */
  private void say(
      TransactionVersion version, KeptTransaction before, AccountHolder holder, long now) {
    Person person = customerAsOf(version.getCommitMs(), holder);
    boolean isNew = before == null || before.getVersion() != version;
    boolean late = before != null && !isNew && !before.getWaiting();
    boolean waits = person == null && !late && waitsUntil(version) > now;
    long said = before == null ? 0 : before.getRevision();
    if (person == null) {
      holder.setLastUnmatched(Math.max(holder.getLastUnmatched(), version.getCommitMs()));
    }
    if (waits) {
      if (isNew) {
        await(holder, version);
      }
      pages.put(version.getTxnId(), kept(version, true, Person.NOBODY, said));
      return;
    }
    Person known = person == null ? Person.NOBODY : person;
    if (late && known.equals(saidOf(before))) {
      return;
    }
    long revision = Math.max(said + 1, version.getRevision());
    pages.put(version.getTxnId(), kept(version, false, known, revision));
    out.accept(RowChange.upsert(enriched(version, known), new Position(revision, 0)));
  }

  /** Null where there was none, and none came within the wait. */
  private Person customerAsOf(long commit, AccountHolder holder) {
    if (holder.getForgottenAt() != null && commit < holder.getForgottenAt()) {
      return Person.NOBODY;
    }
    HolderVersion found = null;
    for (HolderVersion version : holder.getVersions()) {
      if (version.getCommitMs() <= commit
          || (found == null && version.getCommitMs() <= commit + wait)) {
        found = version;
      }
    }
    return found == null
        ? null
        : new Person(found.getCustomerName(), found.getEmail(), found.getCity());
  }

  private List<KeptTransaction> all() {
    List<KeptTransaction> all = new ArrayList<>();
    pages.transactions().forEach(entry -> all.add(entry.getValue()));
    return all;
  }

  /** A copy that may be changed. */
  private AccountHolder holder() {
    AccountHolder holder = pages.holder();
    return holder == null
        ? new AccountHolder(List.of(), null, Long.MIN_VALUE, Long.MIN_VALUE, List.of(), null)
        : new AccountHolder(
            holder.getVersions(),
            holder.getForgottenAt(),
            holder.getLastCommit(),
            holder.getLastUnmatched(),
            holder.getWaiting(),
            holder.getSweepAt());
  }

  private static Person saidOf(KeptTransaction kept) {
    return new Person(kept.getCustomerName(), kept.getEmail(), kept.getCity());
  }

  private static KeptTransaction kept(
      TransactionVersion version, boolean waiting, Person person, long revision) {
    return new KeptTransaction(
        version, waiting, person.name(), person.email(), person.city(), revision);
  }

  private static EnrichedTransaction enriched(TransactionVersion version, Person person) {
    Transaction transaction = version.getTransaction();
    return EnrichedTransaction.newBuilder()
        .setTxnId(transaction.getTxnId())
        .setAccountNumber(transaction.getAccountNumber())
        .setTimestamp(transaction.getTimestamp())
        .setAmount(transaction.getAmount())
        .setCurrency(transaction.getCurrency())
        .setMerchant(transaction.getMerchant())
        .setLocation(transaction.getLocation())
        .setStatus(transaction.getStatus())
        .setTransactionType(transaction.getTransactionType())
        .setCustomerName(person.name())
        .setEmail(person.email())
        .setCity(person.city())
        .setFraudScore(version.getFraudScore())
        .setFraudCategory(Objects.requireNonNullElse(version.getFraudCategory(), "UNSCORED"))
        .setRiskLevel(Objects.requireNonNullElse(version.getRiskLevel(), "UNKNOWN"))
        .setCommittedAt(Instant.ofEpochMilli(version.getCommitMs()))
        .build();
  }

  /** A row of which only the primary key counts. */
  private static EnrichedTransaction keyOnly(String id) {
    return new EnrichedTransaction(
        id,
        "",
        Instant.EPOCH,
        BigDecimal.valueOf(0, 2),
        "",
        null,
        null,
        "",
        null,
        null,
        null,
        null,
        null,
        "",
        "",
        Instant.EPOCH);
  }
}
