package dev.weir.card;

import dev.weir.cdc.Operation;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The settled transactions of one account and its holder. A transaction gets the customer as of its
 * commit. If there was none yet, it gets the first customer within the wait after its commit,
 * otherwise none. Late changes correct what was emitted before, so that the last version of a row
 * depends only on commit times and not on the order of arrival.
 *
 * <p>The time at which a snapshot reads a row does not show when the row was committed. A customer
 * who is first known from a snapshot therefore counts as known from the beginning.
 *
 * <p>A deleted customer is forgotten: no transaction from before the deletion has a customer.
 */
final class AccountBook {
  /** A sweep waits for a fraction of the retention, so that it removes several entries at once. */
  private static final int SWEEPS_PER_RETENTION = 4;

  /** Scans of the waiting transactions per wait; each scan reads all that wait in the account. */
  private static final int LOOKS_PER_WAIT = 8;

  private static final long BEGINNING = Long.MIN_VALUE;

  private final Pages pages;
  private final long wait;
  private final long retention;
  private final Consumer<RowChange<EnrichedTransaction>> out;

  /** Stores the book of one account. Values that are read must not be modified, only replaced. */
  interface Pages {
    /** Returns null if nothing is known about the account. */
    AccountHolder holder();

    /** Replaces the holder; null clears it. */
    void holder(AccountHolder holder);

    /** Returns null if there is none. */
    KeptTransaction transaction(String id);

    Iterable<Map.Entry<String, KeptTransaction>> transactions();

    void put(String id, KeptTransaction transaction);

    void remove(String id);

    /**
     * Returns a copy of the ids of the transactions that wait for a customer, each with the time
     * until which it waits, in epoch milliseconds.
     */
    Map<String, Long> waiting();

    /** Makes a transaction wait; replaces the time until which it waited before. */
    void await(String id, long until);

    void stopWaiting(String id);
  }

  /**
   * @param wait how long after its commit a transaction waits for its customer, in milliseconds
   * @param retention how long transactions are kept after their commit, in milliseconds
   * @param out receives the changes of the changelog
   */
  AccountBook(
      Pages pages, long wait, long retention, Consumer<RowChange<EnrichedTransaction>> out) {
    this.pages = pages;
    this.wait = wait;
    this.retention = retention;
    this.out = out;
  }

  /** The customer that a transaction is emitted with; all fields are null if it has none. */
  private record Person(String name, String email, String city) {
    static final Person NOBODY = new Person(null, null, null);
  }

  /** Adds a version of a transaction; a version that is not newer than the known one is ignored. */
  void add(TransactionVersion version) {
    KeptTransaction before = pages.transaction(version.getTxnId());
    if (before != null && before.getVersion().getRevision() >= version.getRevision()) {
      return;
    }
    AccountHolder holder = holder();
    long commit = version.getCommitMs();
    if (version.getTransaction() == null) {
      if (version.getGone()) {
        out.accept(
            RowChange.delete(
                EnrichedTransaction.class,
                Map.of("txn_id", version.getTxnId()),
                position(version, null)));
      }
      pages.put(version.getTxnId(), kept(version, false));
    } else {
      emit(version, before, holder, Long.MIN_VALUE);
    }
    holder.setLastCommit(Math.max(holder.getLastCommit(), commit));
    sweepBy(holder, commit);
    pages.holder(holder);
  }

  /**
   * Adds a customer's change. The changes of one account must come in the order in which they
   * apply.
   */
  void add(CustomerChange change) {
    AccountHolder holder = holder();
    long commit = change.getSource().getCommitMs();
    long since = since(change, holder);
    if (change.getCustomer() == null) {
      holder.setForgottenAt(commit);
      holder.setVersions(new ArrayList<>());
      sweepBy(holder, commit);
    } else {
      Customer customer = change.getCustomer();
      List<HolderVersion> versions = new ArrayList<>(holder.getVersions());
      HolderVersion version =
          new HolderVersion(
              since, customer.getCustomerName(), customer.getEmail(), customer.getCity());
      if (isOtherThan(versions, version)) {
        versions.add(version);
      }
      holder.setVersions(withoutExpired(versions, commit - retention));
    }
    if (concernsTransactions(holder, change, since)) {
      for (KeptTransaction kept : all()) {
        if (kept.getVersion().getTransaction() != null && mayConcern(kept, change, since)) {
          emit(kept.getVersion(), kept, holder, Long.MIN_VALUE);
        }
      }
    }
    pages.holder(holder);
  }

  /**
   * Returns whether a version differs from the one before it or applies from an earlier time. A new
   * telephone number, for example, makes no difference.
   */
  private static boolean isOtherThan(List<HolderVersion> versions, HolderVersion version) {
    if (versions.isEmpty()) {
      return true;
    }
    HolderVersion last = versions.get(versions.size() - 1);
    return version.getCommitMs() < last.getCommitMs()
        || !HolderVersion.newBuilder(version).setCommitMs(last.getCommitMs()).build().equals(last);
  }

  /** Returns the commit time from which a change applies, in epoch milliseconds. */
  private static long since(CustomerChange change, AccountHolder holder) {
    boolean firstKnown =
        change.getSource().getOperation() == Operation.r && holder.getVersions().isEmpty();
    return firstKnown ? BEGINNING : change.getSource().getCommitMs();
  }

  /**
   * Returns whether any transaction may get another customer; scanning all of them is expensive.
   */
  private boolean concernsTransactions(AccountHolder holder, CustomerChange change, long since) {
    return change.getCustomer() == null
        || holder.getLastCommit() >= since
        || holder.getLastUnmatched() >= since - wait;
  }

  /**
   * Returns whether a change may affect a transaction. A deletion, or a customer who counts as
   * known from the beginning, may affect any transaction within the retention; older ones are only
   * kept until the next sweep. Any other change may only affect transactions from at most the wait
   * before it: older ones no longer wait, and the holder at that time may already be forgotten.
   */
  private boolean mayConcern(KeptTransaction kept, CustomerChange change, long since) {
    long ago = change.getSource().getCommitMs() - kept.getVersion().getCommitMs();
    boolean all = change.getCustomer() == null || since == BEGINNING;
    return ago <= (all ? retention : wait);
  }

  /**
   * Returns the versions after {@code from} and the last one at or before it; no transaction within
   * the retention needs the others.
   */
  private static List<HolderVersion> withoutExpired(List<HolderVersion> versions, long from) {
    int first = 0;
    while (first + 1 < versions.size() && versions.get(first + 1).getCommitMs() <= from) {
      first++;
    }
    return new ArrayList<>(versions.subList(first, versions.size()));
  }

  /**
   * Advances time to {@code now}: transactions that have waited long enough are emitted without a
   * customer, and everything older than the retention is removed.
   *
   * @param now event time, epoch milliseconds
   */
  void wake(long now) {
    AccountHolder holder = holder();
    if (holder.getWaitsUntil() != null && holder.getWaitsUntil() <= now) {
      giveUpWaiting(holder, now);
    }
    boolean known = holder.getSweepAt() == null || holder.getSweepAt() > now || sweep(holder, now);
    pages.holder(known || !holder.getVersions().isEmpty() ? holder : null);
  }

  private void giveUpWaiting(AccountHolder holder, long now) {
    Long next = null;
    for (Map.Entry<String, Long> waiting : pages.waiting().entrySet()) {
      if (waiting.getValue() > now) {
        next = next == null ? waiting.getValue() : Long.valueOf(Math.min(next, waiting.getValue()));
        continue;
      }
      pages.stopWaiting(waiting.getKey());
      KeptTransaction kept = pages.transaction(waiting.getKey());
      // Its customer may have arrived in the meantime.
      if (kept != null && kept.getWaiting()) {
        emit(kept.getVersion(), kept, holder, now);
      }
    }
    // The waiting transactions are read only a few times, even if many wait until different times.
    holder.setWaitsUntil(
        next == null ? null : Long.valueOf(Math.max(next, now + wait / LOOKS_PER_WAIT)));
  }

  /** Removes what is older than the retention; returns whether anything must be removed later. */
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

  /**
   * Returns the event time at which {@link #wake} must be called, epoch milliseconds; null for
   * never.
   */
  Long wakeAt() {
    AccountHolder holder = pages.holder();
    if (holder == null) {
      return null;
    }
    Long waits = holder.getWaitsUntil();
    Long sweep = holder.getSweepAt();
    return waits == null || sweep == null
        ? (waits == null ? sweep : waits)
        : Long.valueOf(Math.min(waits, sweep));
  }

  private void sweepBy(AccountHolder holder, long commit) {
    long time = commit + retention + retention / SWEEPS_PER_RETENTION;
    if (holder.getSweepAt() == null || time < holder.getSweepAt()) {
      holder.setSweepAt(time);
    }
  }

  private void await(AccountHolder holder, String id, long until) {
    pages.await(id, until);
    if (holder.getWaitsUntil() == null || until < holder.getWaitsUntil()) {
      holder.setWaitsUntil(until);
    }
  }

  private long waitsUntil(TransactionVersion version) {
    return version.getCommitMs() + wait;
  }

  /**
   * Emits a version with its customer, unless it was already emitted with that customer or waits
   * for one.
   *
   * @param before the kept state of the transaction; null if there is none
   * @param now how far event time is known to have advanced, epoch milliseconds
   */
  private void emit(
      TransactionVersion version, KeptTransaction before, AccountHolder holder, long now) {
    Person person = customerAsOf(version.getCommitMs(), holder);
    boolean isNew = before == null || before.getVersion() != version;
    boolean late = before != null && !isNew && !before.getWaiting();
    boolean waits = person == null && !late && waitsUntil(version) > now;
    if (person == null) {
      holder.setLastUnmatched(Math.max(holder.getLastUnmatched(), version.getCommitMs()));
    }
    if (waits) {
      if (isNew) {
        await(holder, version.getTxnId(), waitsUntil(version));
      }
      pages.put(version.getTxnId(), kept(version, true));
      return;
    }
    Person known = person == null ? Person.NOBODY : person;
    if (late && known.equals(emittedWith(before))) {
      return;
    }
    Position position = position(version, isNew ? null : before);
    pages.put(version.getTxnId(), kept(version, known, position));
    out.accept(RowChange.upsert(enriched(version, known), position));
  }

  /** Returns null if there was no customer and none came within the wait. */
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

  /** Returns a copy that may be modified. */
  private AccountHolder holder() {
    AccountHolder read = pages.holder();
    if (read == null) {
      return new AccountHolder(
          List.of(), null, Long.MIN_VALUE, Long.MIN_VALUE, List.of(), null, null);
    }
    AccountHolder holder =
        new AccountHolder(
            read.getVersions(),
            read.getForgottenAt(),
            read.getLastCommit(),
            read.getLastUnmatched(),
            List.of(),
            read.getWaitsUntil(),
            read.getSweepAt());
    // Restored from an older savepoint: waiting transactions now have their own state.
    read.getWaiting().forEach(w -> await(holder, w.getTxnId(), w.getUntil()));
    return holder;
  }

  private static Person emittedWith(KeptTransaction kept) {
    return new Person(kept.getCustomerName(), kept.getEmail(), kept.getCity());
  }

  /**
   * Returns the position of a version. A version that is emitted again stays before the next
   * version, which may be in the book of another account.
   */
  private static Position position(TransactionVersion version, KeptTransaction before) {
    return before == null
        ? new Position(version.getRevision(), 0)
        : new Position(Math.max(version.getRevision(), before.getRevision()), before.getEmitted());
  }

  /** Returns the state of a version that was emitted at a position. */
  private static KeptTransaction kept(TransactionVersion version, Person person, Position at) {
    return new KeptTransaction(
        version,
        false,
        person.name(),
        person.email(),
        person.city(),
        at.major(),
        Math.toIntExact(at.minor()) + 1);
  }

  /**
   * Returns the state of a version that is not emitted, because it waits or because the account no
   * longer has the transaction.
   */
  private static KeptTransaction kept(TransactionVersion version, boolean waiting) {
    return new KeptTransaction(version, waiting, null, null, null, 0L, 0);
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
}
