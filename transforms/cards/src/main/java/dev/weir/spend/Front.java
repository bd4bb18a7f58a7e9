package dev.weir.spend;

import java.util.List;

/**
 * How far the windows of one account have advanced. Immutable.
 *
 * @param through the first pane that has not passed; the rows of all windows that end at or before
 *     its start have been emitted
 * @param lastPast the latest pane before {@code through} that ever held an amount; {@link #NEVER}
 *     if there is none
 * @param upcoming the panes from {@code through} on that hold amounts, ascending; do not modify the
 *     array
 * @param sweepAt event time of the next sweep for old panes, epoch milliseconds; {@link
 *     #NOTHING_KEPT} if there are none
 * @param armed the time for which the timer is set, epoch milliseconds
 * @param revision higher after each change, and never lower than the revision of a row that was
 *     emitted
 */
record Front(
    long through, long lastPast, long[] upcoming, long sweepAt, long armed, long revision) {
  static final long NEVER = Long.MIN_VALUE;
  static final long NOTHING_KEPT = Long.MAX_VALUE;
  private static final long REVISIONS_PER_MILLISECOND = 1000;

  /** Returns the front of an account without state. */
  static Front at(long through) {
    return new Front(through, NEVER, new long[0], NOTHING_KEPT, NOTHING_KEPT, NEVER);
  }

  /** Returns the front of an account that has these panes, none of which has passed. */
  static Front before(List<Long> panes) {
    long[] upcoming = panes.stream().mapToLong(Long::longValue).sorted().toArray();
    long first = upcoming.length == 0 ? 0 : upcoming[0];
    return new Front(first, NEVER, upcoming, NOTHING_KEPT, NOTHING_KEPT, NEVER);
  }

  /**
   * Returns the revision after one more change. It depends only on the sequence of changes, and
   * continues from the time of the change if the state of earlier ones is gone.
   *
   * @param commit when the change was committed, epoch milliseconds
   */
  static long revisionAfter(long revision, long commit) {
    return Math.max(revision + 1, revisionAt(commit));
  }

  /** Returns the lowest revision of a row that results from what happened at this time. */
  static long revisionAt(long millis) {
    return millis * REVISIONS_PER_MILLISECOND;
  }
}
