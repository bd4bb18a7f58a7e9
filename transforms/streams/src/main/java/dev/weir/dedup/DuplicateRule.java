package dev.weir.dedup;

import java.util.ArrayList;
import java.util.List;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Finds duplicates among the elements of one id. It remembers the times of the last {@value #MOST}
 * elements that were kept, in the order in which they were kept. An id with more elements is reused
 * or wrong, and a repeat of a forgotten element is kept again rather than lost.
 */
public final class DuplicateRule {
  /** How many times are remembered per id. */
  public static final int MOST = 32;

  private DuplicateRule() {}

  /**
   * @param kept the times that were kept so far; null if there are none
   * @param time the element's own time
   * @param seenAt the event time at which the element is seen
   * @param window how far apart duplicates can be; the bound itself counts as within
   * @return the times to keep from now on, or null if the element is a duplicate
   */
  public static KeptTimes judge(KeptTimes kept, Instant time, Instant seenAt, Duration window) {
    List<Long> times = new ArrayList<>(1);
    long until = until(time.getMillis(), seenAt.getMillis(), window.getMillis());
    if (kept != null) {
      List<Long> before = kept.getTimes();
      for (long earlier : before) {
        if (Math.abs(time.getMillis() - earlier) <= window.getMillis()) {
          return null;
        }
      }
      times.addAll(before.subList(Math.max(0, before.size() + 1 - MOST), before.size()));
      long latest = seenAt.getMillis() + 2 * window.getMillis();
      until = Math.max(until, Math.min(kept.getUntil(), latest));
    }
    times.add(time.getMillis());
    return new KeptTimes(times, until);
  }

  /** Returns whether keeping one more element forgets the oldest one. */
  public static boolean isFull(KeptTimes kept) {
    return kept != null && kept.getTimes().size() >= MOST;
  }

  /**
   * Returns the event time until which an element is needed: the later of its two times, plus the
   * window. A time further ahead of the stream than the window is wrong and must not stay in state
   * until event time reaches it.
   */
  private static long until(long time, long seenAt, long window) {
    return Math.min(Math.max(time, seenAt), seenAt + window) + window;
  }
}
