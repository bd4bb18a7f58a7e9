package dev.weir.demo;

import dev.weir.generate.CardOperation;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Keeps the commit times of the bank's changes until they are read and visible. Times are
 * milliseconds of this machine's clock.
 */
final class CommitTimes {
  private final Deque<Commit> unread = new ArrayDeque<>();
  private final Map<String, Long> unseen = new HashMap<>();
  private final Histogram visibleMillis = new Histogram(3);
  private long changes;

  /**
   * @param through number of changes up to the end of this commit
   */
  private record Commit(long through, long millis) {}

  synchronized void committed(List<CardOperation> operations, long millis) {
    for (CardOperation operation : operations) {
      for (Change change : operation.changes()) {
        changes++;
        if (change.action() == Action.DELETE) {
          unseen.remove(change.row().key());
        } else {
          // The next visible version may be this change or the one before.
          unseen.putIfAbsent(change.row().key(), millis);
        }
      }
    }
    unread.add(new Commit(changes, millis));
  }

  /** Returns the number of committed changes. */
  synchronized long changes() {
    return changes;
  }

  /**
   * Returns how long ago the oldest unread change was committed; 0 if all are read.
   *
   * @param read number of changes that are read, in commit order
   */
  synchronized long oldestUnread(long read, long now) {
    while (!unread.isEmpty() && unread.peek().through() <= read) {
      unread.remove();
    }
    return unread.isEmpty() ? 0 : Math.max(0, now - unread.peek().millis());
  }

  /**
   * Records that a row is readable; if it was changed again meanwhile, its oldest change counts.
   */
  synchronized void visible(String key, long millis) {
    Long committed = unseen.remove(key);
    if (committed != null) {
      visibleMillis.recordValue(Math.max(0, millis - committed));
    }
  }

  /** Returns the commit-to-visible latencies of rows that became visible since the last call. */
  synchronized Histogram visibleMillis() {
    Histogram interval = visibleMillis.copy();
    visibleMillis.reset();
    return interval;
  }
}
