package dev.weir.spend;

import java.util.Arrays;
import java.util.List;

/**
 * Computes what one account spends per window in one currency, for the duration of one call. A
 * change of an amount, or the passing of event time, emits the rows that result from it.
 *
 * <p>An amount goes into the pane of its timestamp, which is shared by all windows that contain the
 * pane. The {@link PaneTree} sums up a window when the window ends, and again when one of its panes
 * changes after that. While a pane has not passed, only the pane itself is written.
 */
final class AccountWindows {
  /** Receives the rows. */
  @FunctionalInterface
  interface Rows {
    /**
     * @param start the start of the window, epoch milliseconds
     * @param summary the sum of the window; {@link Summary#NONE} if the window became empty
     * @param revision higher than that of any earlier row of the window
     */
    void emit(WindowType type, long start, Summary summary, long revision);
  }

  private final WindowPlan plan;
  private final PaneStore store;
  private final PaneTree tree;
  private final Rows rows;

  private long through;
  private long lastPast;
  private long[] upcoming;
  private long sweepAt;
  private long revision;
  private boolean changed;

  /**
   * @param front the state after the last call
   */
  AccountWindows(WindowPlan plan, PaneStore store, Front front, Rows rows) {
    this.plan = plan;
    this.store = store;
    this.tree = new PaneTree(store, plan.longest());
    this.rows = rows;
    through = front.through();
    lastPast = front.lastPast();
    upcoming = front.upcoming();
    sweepAt = front.sweepAt();
    revision = front.revision();
  }

  /**
   * Adds and retracts amounts; the windows that contain them and have already ended are emitted
   * again, once each.
   *
   * @param now the stream's event time, epoch milliseconds
   * @return how many of the changes are too late to be counted in any window
   */
  int change(AccountChanges changes, long now) {
    List<PaneChanges> panes = changes.panes();
    int tooLate = 0;
    int first = 0;
    while (first < panes.size() && plan.isExpired(panes.get(first).pane(), now)) {
      tooLate += panes.get(first++).changes();
    }
    if (first == panes.size()) {
      return tooLate;
    }
    List<PaneChanges> counted = panes.subList(first, panes.size());
    if (counted.get(0).pane() < plan.paneOf(now)) {
      advance(now);
    }
    revision = Math.max(revision + changes.changes(), changes.revision());
    changed = true;
    boolean[] altered = new boolean[counted.size()];
    for (int i = 0; i < altered.length; i++) {
      altered[i] = add(counted.get(i));
    }
    correct(counted, altered);
    retractAhead(counted);
    return tooLate;
  }

  /** Returns whether the windows that contain the pane and have ended must be emitted again. */
  private boolean add(PaneChanges changes) {
    long pane = changes.pane();
    Amounts before = store.amounts(pane);
    Amounts after = before.plus(changes.sum());
    store.keep(pane, after);
    sweepAt = Math.min(sweepAt, plan.sweepOf(pane));
    if (pane >= through) {
      expect(pane);
      return false;
    }
    Summary now = after.summary();
    // An aborted run may have emitted the rows that follow from some of the changes.
    if (changes.changes() == 1 && before.summary().equals(now)) {
      return false;
    }
    tree.put(pane, now, through);
    lastPast = Math.max(lastPast, pane);
    return true;
  }

  private void expect(long pane) {
    int found = Arrays.binarySearch(upcoming, pane);
    if (found < 0) {
      upcoming = Amounts.inserted(upcoming, -found - 1, pane);
    }
  }

  private void correct(List<PaneChanges> changes, boolean[] altered) {
    for (int type = 0; type < plan.count(); type++) {
      long next = Long.MIN_VALUE;
      for (int i = 0; i < altered.length; i++) {
        long pane = changes.get(i).pane();
        long last = altered[i] ? Math.min(through, pane + plan.length(type)) : Long.MIN_VALUE;
        long end = Math.max(next, plan.endAfter(type, pane));
        for (; end <= last; end += plan.slide(type)) {
          emit(type, end, tree.over(end - plan.length(type), end));
          next = end + plan.slide(type);
        }
      }
    }
  }

  /**
   * Emits windows, once each, that are empty now, have not ended here, and had ended when a
   * retraction was committed: an aborted run may have emitted them as non-empty.
   */
  private void retractAhead(List<PaneChanges> changes) {
    for (int type = 0; type < plan.count(); type++) {
      long next = through + 1;
      for (PaneChanges change : changes) {
        if (change.retracted() != Front.NEVER) {
          next = retractAhead(type, change.pane(), plan.paneOf(change.retracted()), next);
        }
      }
    }
  }

  /**
   * @param from the first end of a window that was not looked at
   * @return the first end that was not looked at afterwards
   */
  private long retractAhead(int type, long pane, long ended, long from) {
    long next = from;
    long last = Math.min(ended, pane + plan.length(type));
    for (long end = plan.endAfter(type, pane); end <= last; end += plan.slide(type)) {
      if (end >= next) {
        next = end + 1;
        if (isEmpty(end - plan.length(type), end)) {
          emit(type, end, Summary.NONE);
        }
      }
    }
    return next;
  }

  private boolean isEmpty(long start, long end) {
    for (long pane : upcoming) {
      if (pane >= start && pane < end && store.amounts(pane).summary().count() != 0) {
        return false;
      }
    }
    return start >= through || tree.over(start, Math.min(end, through)).count() == 0;
  }

  /**
   * Advances event time: emits the windows that have ended and removes the panes that are no longer
   * needed.
   *
   * @param now the stream's event time, epoch milliseconds
   */
  void advance(long now) {
    passUntil(plan.paneOf(now));
    if (sweepAt <= now) {
      sweep(now);
    }
  }

  /** Emits all windows that have not ended, and clears the state. */
  void end() {
    long last = upcoming.length == 0 ? lastPast : upcoming[upcoming.length - 1];
    if (last != Front.NEVER) {
      passUntil(last + plan.longest());
    }
    clear();
  }

  private void passUntil(long to) {
    if (to <= through) {
      return;
    }
    long from = through;
    long latest = lastPast;
    through = to;
    changed = true;
    if (latest != Front.NEVER) {
      tree.pass(latest, from, to);
    }
    long[] passed = fold(to);
    for (int type = 0; type < plan.count(); type++) {
      emitEnded(type, from, to, latest, passed);
    }
  }

  /** Adds the panes that pass to the tree; returns those that are not empty. */
  private long[] fold(long to) {
    int count = 0;
    while (count < upcoming.length && upcoming[count] < to) {
      count++;
    }
    long[] passed = new long[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      Summary summary = store.amounts(upcoming[i]).summary();
      if (summary.count() != 0) {
        tree.put(upcoming[i], summary, to);
        passed[kept++] = upcoming[i];
        lastPast = upcoming[i];
      }
    }
    upcoming = Arrays.copyOfRange(upcoming, count, upcoming.length);
    return Arrays.copyOf(passed, kept);
  }

  private void emitEnded(int type, long from, long to, long lastPast, long[] passed) {
    long latest = lastPast;
    int next = 0;
    long end = plan.endAfter(type, from);
    while (end <= to) {
      while (next < passed.length && passed[next] < end) {
        latest = passed[next++];
      }
      long start = end - plan.length(type);
      if (latest >= start) {
        Summary summary = tree.over(start, end);
        if (summary.count() != 0) {
          revision = Math.max(revision, Front.revisionAt(plan.startOf(end)));
          emit(type, end, summary);
        }
        end += plan.slide(type);
      } else if (next < passed.length) {
        end = plan.endAfter(type, passed[next]);
      } else {
        return;
      }
    }
  }

  private void emit(int type, long end, Summary summary) {
    rows.emit(plan.type(type), plan.startOf(end - plan.length(type)), summary, revision);
  }

  private void sweep(long now) {
    tree.flush();
    long expired = plan.expiredBy(now);
    long oldest = Long.MAX_VALUE;
    for (long pane : store.panes()) {
      if (plan.startOf(pane + 1) <= expired) {
        store.keep(pane, Amounts.NONE);
      } else {
        oldest = Math.min(oldest, pane);
      }
    }
    if (oldest == Long.MAX_VALUE) {
      clear();
      return;
    }
    for (long block : store.blocks()) {
      if (plan.startOf(PaneTree.endOf(block)) <= expired) {
        store.keep(block, Block.EMPTY);
      }
    }
    sweepAt = plan.sweepOf(oldest);
    changed = true;
  }

  private void clear() {
    tree.clear();
    store.panes().forEach(pane -> store.keep(pane, Amounts.NONE));
    store.blocks().forEach(block -> store.keep(block, Block.EMPTY));
    lastPast = Front.NEVER;
    upcoming = new long[0];
    sweepAt = Front.NOTHING_KEPT;
    changed = true;
  }

  /** Writes back all changes; returns whether the front has changed. */
  boolean finish() {
    tree.flush();
    return changed;
  }

  /** Returns the front after this call; null if no state is left. */
  Front front() {
    return sweepAt == Front.NOTHING_KEPT
        ? null
        : new Front(through, lastPast, upcoming, sweepAt, nextTimer(), revision);
  }

  /**
   * Returns the first time at which a window that can be non-empty ends or a pane can be removed.
   */
  private long nextTimer() {
    long next = sweepAt;
    for (int type = 0; type < plan.count(); type++) {
      long end = plan.endAfter(type, through);
      if (lastPast >= end - plan.length(type)) {
        next = Math.min(next, plan.startOf(end));
      } else if (upcoming.length > 0) {
        next = Math.min(next, plan.startOf(plan.endAfter(type, upcoming[0])));
      }
    }
    return next;
  }
}
