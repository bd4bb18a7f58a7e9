package dev.weir.sharding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Removes the entries of a shard's map state after event time has passed them, with one timer per
 * shard. The state holds the time at which that timer fires next; setting the timer again replaces
 * the earlier setting.
 *
 * @param <V> an entry
 */
public final class ShardSweep<V> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The expiry of an entry that is kept forever. */
  public static final long NEVER = Long.MAX_VALUE;

  private final SerializableFunction<V, Long> until;
  private final long pause;

  /**
   * @param until event time in epoch milliseconds up to which an entry is needed, or {@link #NEVER}
   * @param pause how long an expired entry waits for others, so that one sweep removes many
   */
  public ShardSweep(SerializableFunction<V, Long> until, Duration pause) {
    this.until = Objects.requireNonNull(until);
    this.pause = Math.max(1, pause.getMillis());
  }

  /** Ensures that an entry is removed in time. */
  public void expect(V entry, BoundedWindow window, ValueState<Long> sweepAt, Timer sweep) {
    long expiry = until.apply(entry);
    Long due = sweepAt.read();
    // Also if a later sweep is set: an entry with a time far ahead must not keep the others.
    if (expiry < NEVER - pause && (due == null || expiry + pause < due)) {
      arm(expiry, window, sweepAt, sweep);
    }
  }

  /** Removes the entries that are no longer needed; the timer's method must call it. */
  public void sweep(
      BoundedWindow window, MapState<String, V> entries, ValueState<Long> sweepAt, Timer sweep) {
    long due = sweepAt.read();
    // At the end of the window all state is removed; a timer set again for that time would fire
    // forever.
    boolean last = due >= window.maxTimestamp().getMillis();
    List<String> expired = new ArrayList<>();
    long next = NEVER;
    for (Map.Entry<String, V> entry : entries.entries().read()) {
      long needed = until.apply(entry.getValue());
      if (needed < due || last) {
        expired.add(entry.getKey());
      } else {
        next = Math.min(next, needed);
      }
    }
    expired.forEach(entries::remove);
    if (next >= NEVER - pause) {
      sweepAt.clear();
    } else {
      arm(next, window, sweepAt, sweep);
    }
  }

  private void arm(long nextExpiry, BoundedWindow window, ValueState<Long> sweepAt, Timer sweep) {
    long at = Math.min(nextExpiry + pause, window.maxTimestamp().getMillis());
    sweepAt.write(at);
    sweep.withNoOutputTimestamp().set(Instant.ofEpochMilli(at));
  }
}
