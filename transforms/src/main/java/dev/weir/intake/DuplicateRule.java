package dev.weir.intake;

import java.util.ArrayList;
import java.util.List;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** The rule that finds duplicates among the elements of one id. */
public final class DuplicateRule {
  private DuplicateRule() {}

  /**
   * @param kept what was kept so far; null for nothing
   * @param time the element's own time
   * @param seenAt the event time at which the element is seen
   * @return what is kept now, or null where the element is a duplicate
   */
  public static KeptTimes judge(KeptTimes kept, Instant time, Instant seenAt, Duration window) {
    List<Long> times = new ArrayList<>(1);
    long until = Math.max(time.getMillis(), seenAt.getMillis()) + window.getMillis();
    if (kept != null) {
      for (long earlier : kept.getTimes()) {
        if (Math.abs(time.getMillis() - earlier) <= window.getMillis()) {
          return null;
        }
      }
      times.addAll(kept.getTimes());
      until = Math.max(until, kept.getUntil());
    }
    times.add(time.getMillis());
    return new KeptTimes(times, until);
  }
}
