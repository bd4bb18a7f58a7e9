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
 * When the bank's changes were committed, for as long as somebody has to see them. Times are
 * milliseconds of this machine's clock.
 */
final class CommitTimes {
  private final Deque<Commit> unread = new ArrayDeque<>();
  private final Map<String, Long> unseen = new HashMap<>();
  private final Histogram visibleMillis = new Histogram(3);
  private long changes;

  /**
   * @param through changes up to its end
   */
  private record Commit(long through, long millis) {}

  synchronized void committed(List<CardOperation> operations, long millis) {
    for (CardOperation operation : operations) {
      for (Change change : operation.changes()) {
        changes++;
        if (change.action() == Action.DELETE) {
          unseen.remove(change.row().key());
        } else {
          // What is visible next may be this change or the one before.
          unseen.putIfAbsent(change.row().key(), millis);
        }
      }
    }
    unread.add(new Commit(changes, millis));
  }

  /** How many changes were committed. */
  synchronized long changes() {
    return changes;
  }

  /**
   * How long ago the oldest change was committed that is not read; 0 where all are.
   *
   * @param read how many changes are, in the order of their commits
   */
  synchronized long oldestUnread(long read, long now) {
    while (!unread.isEmpty() && unread.peek().through() <= read) {
      unread.remove();
    }
    return unread.isEmpty() ? 0 : Math.max(0, now - unread.peek().millis());
  }

  /** A row can be read; of a row that was changed again meanwhile, the oldest change counts. */
  synchronized void visible(String key, long millis) {
    Long committed = unseen.remove(key);
    if (committed != null) {
      visibleMillis.recordValue(Math.max(0, millis - committed));
    }
  }

  /** From commit to visible, of what became visible since the last call. */
  synchronized Histogram visibleMillis() {
    Histogram interval = visibleMillis.copy();
    visibleMillis.reset();
    return interval;
  }
}
