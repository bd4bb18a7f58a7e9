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
 * Frees the entries of a shard's map state when event time has passed them, with one timer per
 * shard. When that fires next is kept in state; a timer that is set again replaces what was set.
 *
 * @param <V> an entry
 */
public final class ShardSweep<V> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** An entry that is kept for ever. */
  public static final long NEVER = Long.MAX_VALUE;

  private final SerializableFunction<V, Long> until;
  private final long pause;

  /**
   * @param until event time in epoch milliseconds up to which an entry is needed, or {@link #NEVER}
   * @param pause how long an entry that may go waits for more, so that a sweep frees many
   */
  public ShardSweep(SerializableFunction<V, Long> until, Duration pause) {
    this.until = Objects.requireNonNull(until);
    this.pause = Math.max(1, pause.getMillis());
  }

  /** Sees to it that an entry is freed in time. */
  public void expect(V entry, BoundedWindow window, ValueState<Long> sweepAt, Timer sweep) {
    long expiry = until.apply(entry);
    Long due = sweepAt.read();
    // Also where a sweep is due that is too late: a time far ahead must not keep the others.
    if (expiry < NEVER - pause && (due == null || expiry + pause < due)) {
      arm(expiry, window, sweepAt, sweep);
    }
  }

  /** Frees what is no longer needed; to be called by the timer. */
  public void sweep(
      BoundedWindow window, MapState<String, V> entries, ValueState<Long> sweepAt, Timer sweep) {
    long due = sweepAt.read();
    // At the end of its window all state goes; a timer set again for then would fire for ever.
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
