package dev.weir.spend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds up changes per account and pane until they are taken. Whoever receives them gets the same
 * state and the same last rows as from the single changes, wherever the sequence is cut. Not
 * thread-safe.
 */
final class HeldChanges {

  /** Receives the changes of one account. */
  @FunctionalInterface
  interface Taker {
    /**
     * @param earliest the earliest timestamp of a change, epoch milliseconds
     */
    void take(AccountKey key, AccountChanges changes, long earliest);
  }

  private final WindowPlan plan;
  private final Map<AccountKey, Account> accounts = new HashMap<>();
  private int size;

  HeldChanges(WindowPlan plan) {
    this.plan = plan;
  }

  /**
   * @param timestamp of the change in the stream, epoch milliseconds
   */
  void add(SpendChange change, long timestamp) {
    accounts
        .computeIfAbsent(AccountKey.of(change), key -> new Account())
        .add(plan.paneOf(change.getTimestamp()), change, timestamp);
    size++;
  }

  /** Returns the number of changes that have not been taken. */
  int size() {
    return size;
  }

  /** Passes on all changes, account by account, and forgets them. */
  void takeAll(Taker taker) {
    accounts.forEach((key, account) -> taker.take(key, account.changes(), account.earliest));
    accounts.clear();
    size = 0;
  }

  private static final class Account {
    private final Map<Long, Pane> panes = new HashMap<>();
    private long lastNumber;
    private Pane last;
    private long earliest = Long.MAX_VALUE;
    private int changes;
    private long revision = Front.NEVER;

    void add(long number, SpendChange change, long timestamp) {
      if (last == null || number != lastNumber) {
        last = panes.computeIfAbsent(number, n -> new Pane());
        lastNumber = number;
      }
      last.add(change);
      earliest = Math.min(earliest, timestamp);
      changes++;
      revision = Front.revisionAfter(revision, change.getCommitMs());
    }

    AccountChanges changes() {
      List<PaneChanges> ascending = new ArrayList<>(panes.size());
      new TreeMap<>(panes).forEach((pane, held) -> ascending.add(held.changes(pane)));
      return new AccountChanges(ascending, changes, revision);
    }
  }

  private static final class Pane {
    private static final int FIRST_CAPACITY = 8;

    /** The amounts of changes that added one. */
    private long[] added = new long[FIRST_CAPACITY];

    private int size;

    /** How often other amounts were added or, if negative, retracted. */
    private final SortedMap<Long, Long> others = new TreeMap<>();

    private int changes;
    private long retracted = Front.NEVER;

    void add(SpendChange change) {
      changes++;
      int count = change.getCount();
      if (count < 0) {
        retracted = Math.max(retracted, change.getCommitMs());
      }
      if (count != 1) {
        others.merge(change.getCents(), (long) count, Long::sum);
        return;
      }
      if (size == added.length) {
        added = Arrays.copyOf(added, size * 2);
      }
      added[size++] = change.getCents();
    }

    PaneChanges changes(long pane) {
      return new PaneChanges(
          pane, Arrays.copyOf(added, size), Amounts.of(others), changes, retracted);
    }
  }
}
