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
 * The settled transactions of one account and who holds it. A transaction has the customer as of
 * its commit; where there was none yet, the first one within the wait after it; else none. What
 * arrives late corrects what was emitted before, so that the last version of a row depends on
 * commit times alone, and not on the order of arrival.
 *
 * <p>When a snapshot read a row tells nothing about when the row was committed. A customer who is
 * first known from a snapshot therefore counts as known from the beginning.
 *
 * <p>A customer who is deleted is forgotten: no transaction from before the deletion has a
 * customer.
 */
final class AccountBook {
  /** What is swept waits for more of its kind. */
  private static final int SWEEPS_PER_RETENTION = 4;

  /** Looks at what waits, per wait: each reads all that waits in the account. */
  private static final int LOOKS_PER_WAIT = 8;

  private static final long BEGINNING = Long.MIN_VALUE;

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

    /** The ids of those that wait for a customer, and until when; a copy. */
    Map<String, Long> waiting();

    /** Has a transaction wait; replaces until when it waited before. */
    void await(String id, long until);

    void stopWaiting(String id);
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
      say(version, before, holder, Long.MIN_VALUE);
    }
    holder.setLastCommit(Math.max(holder.getLastCommit(), commit));
    sweepBy(holder, commit);
    pages.holder(holder);
  }

  /** A customer's change. Changes of one account come in the order in which they apply. */
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
      holder.setVersions(withoutForgotten(versions, commit - retention));
    }
    if (concernsTransactions(holder, change, since)) {
      for (KeptTransaction kept : all()) {
        if (kept.getVersion().getTransaction() != null && mayConcern(kept, change, since)) {
          say(kept.getVersion(), kept, holder, Long.MIN_VALUE);
        }
      }
    }
    pages.holder(holder);
  }

  /**
   * Whether a version is not just the one before it for longer, as after a change of a telephone
   * number.
   */
  private static boolean isOtherThan(List<HolderVersion> versions, HolderVersion version) {
    if (versions.isEmpty()) {
      return true;
    }
    HolderVersion last = versions.get(versions.size() - 1);
    return version.getCommitMs() < last.getCommitMs()
        || !HolderVersion.newBuilder(version).setCommitMs(last.getCommitMs()).build().equals(last);
  }

  /** From when a change holds, in epoch milliseconds of commit time. */
  private static long since(CustomerChange change, AccountHolder holder) {
    boolean firstKnown =
        change.getSource().getOperation() == Operation.r && holder.getVersions().isEmpty();
    return firstKnown ? BEGINNING : change.getSource().getCommitMs();
  }

  /** Whether any transaction may have another customer now; reading all of them is expensive. */
  private boolean concernsTransactions(AccountHolder holder, CustomerChange change, long since) {
    return change.getCustomer() == null
        || holder.getLastCommit() >= since
        || holder.getLastUnmatched() >= since - wait;
  }

  /**
   * Not what waited in vain before it, since who held the account so long ago may be forgotten; and
   * not what is longer ago than the retention, which may be gone and only not yet swept away.
   */
  private boolean mayConcern(KeptTransaction kept, CustomerChange change, long since) {
    long ago = change.getSource().getCommitMs() - kept.getVersion().getCommitMs();
    boolean all = change.getCustomer() == null || since == BEGINNING;
    return ago <= (all ? retention : wait);
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
      // Its customer may have come.
      if (kept != null && kept.getWaiting()) {
        say(kept.getVersion(), kept, holder, now);
      }
    }
    // However many wait, and each until another time, they are read a few times only.
    holder.setWaitsUntil(
        next == null ? null : Long.valueOf(Math.max(next, now + wait / LOOKS_PER_WAIT)));
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
   * Emits a version with its customer, unless it was emitted with that one already or its customer
   * is waited for.
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
    if (late && known.equals(saidOf(before))) {
      return;
    }
    Position position = position(version, isNew ? null : before);
    pages.put(version.getTxnId(), kept(version, known, position));
    out.accept(RowChange.upsert(enriched(version, known), position));
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
    // Of an older savepoint: they have a place of their own now.
    read.getWaiting().forEach(w -> await(holder, w.getTxnId(), w.getUntil()));
    return holder;
  }

  private static Person saidOf(KeptTransaction kept) {
    return new Person(kept.getCustomerName(), kept.getEmail(), kept.getCity());
  }

  /**
   * A version that is emitted again stays before the next version, which may be in the book of
   * another account.
   */
  private static Position position(TransactionVersion version, KeptTransaction before) {
    return before == null
        ? new Position(version.getRevision(), 0)
        : new Position(Math.max(version.getRevision(), before.getRevision()), before.getEmitted());
  }

  /** What is kept of a version that was emitted at that position. */
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

  /** What is kept of a version that is not emitted: it waits, or is gone. */
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
