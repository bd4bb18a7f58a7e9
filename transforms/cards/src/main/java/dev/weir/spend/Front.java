package dev.weir.spend;

import java.util.List;

/**
 * How far the windows of one account have come. Immutable.
 *
 * @param through the first pane that has not passed: the rows of all windows that end with it or
 *     before are emitted
 * @param lastPast the latest pane before it that ever held something, {@link #NEVER} if none did
 * @param upcoming the panes from there on that hold something, ascending; not to be changed
 * @param sweepAt event time, epoch milliseconds, at which old panes are looked for; {@link
 *     #NOTHING_KEPT} while there are none
 * @param armed when the timer is to fire, epoch milliseconds
 * @param revision of the last row that was emitted
 */
record Front(
    long through, long lastPast, long[] upcoming, long sweepAt, long armed, long revision) {
  static final long NEVER = Long.MIN_VALUE;
  static final long NOTHING_KEPT = Long.MAX_VALUE;

  /** Of an account without state. */
  static Front at(long through) {
    return new Front(through, NEVER, new long[0], NOTHING_KEPT, NOTHING_KEPT, NEVER);
  }

  /** Of an account that has these panes, none of which has passed. */
  static Front before(List<Long> panes) {
    long[] upcoming = panes.stream().mapToLong(Long::longValue).sorted().toArray();
    long first = upcoming.length == 0 ? 0 : upcoming[0];
    return new Front(first, NEVER, upcoming, NOTHING_KEPT, NOTHING_KEPT, NEVER);
  }
}
