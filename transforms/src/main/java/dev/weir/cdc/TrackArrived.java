package dev.weir.cdc;

import dev.weir.encoding.SingleObjectCoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Follows keys as their changes arrive. One timer per shard sweeps what may be forgotten. */
final class TrackArrived<C, S extends SpecificRecordBase, O>
    extends DoFn<KV<Integer, List<TimestampedValue<C>>>, O> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");

  /** How long what may be forgotten waits for more of its kind, so that a sweep frees many. */
  private static final long PAUSE = Duration.standardHours(6).getMillis();

  @StateId("keys")
  private final StateSpec<MapState<String, S>> keysSpec;

  /** When the timer that is set will fire; empty while none is. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Tracker<C, S, O> tracker;

  TrackArrived(Tracker<C, S, O> tracker, Class<S> state) {
    this.tracker = tracker;
    this.keysSpec = StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(state));
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<C>>> changes,
      BoundedWindow window,
      @StateId("keys") MapState<String, S> keys,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep,
      OutputReceiver<O> receiver) {
    long expiry = Long.MAX_VALUE;
    for (TimestampedValue<C> element : changes.getValue()) {
      C change = element.getValue();
      String key = tracker.key(change);
      S state = keys.get(key).read();
      if (state != null && !ChangeOrder.isAfter(tracker.source(change), tracker.last(state))) {
        STALE.inc();
        continue;
      }
      S before = tracker.remembers(state, change) ? state : null;
      Consumer<O> out = said -> receiver.outputWithTimestamp(said, element.getTimestamp());
      S after = tracker.next(before, change, out);
      keys.put(key, after);
      expiry = Math.min(expiry, tracker.keepUntil(after));
      tracker.emitChange(before, after, change, out);
    }
    // Also where a sweep is due that is too late: a time far ahead must not keep the others.
    Long due = sweepAt.read();
    if (expiry < Long.MAX_VALUE - PAUSE && (due == null || expiry + PAUSE < due)) {
      arm(expiry, window, sweepAt, sweep);
    }
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("keys") MapState<String, S> keys,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    long due = sweepAt.read();
    // At the end of its window all state goes; a timer set again for then would fire for ever.
    boolean last = due >= window.maxTimestamp().getMillis();
    List<String> expired = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (Map.Entry<String, S> entry : keys.entries().read()) {
      long until = tracker.keepUntil(entry.getValue());
      if (until < due || last) {
        expired.add(entry.getKey());
      } else {
        next = Math.min(next, until);
      }
    }
    expired.forEach(keys::remove);
    if (next >= Long.MAX_VALUE - PAUSE) {
      sweepAt.clear();
    } else {
      arm(next, window, sweepAt, sweep);
    }
  }

  private static void arm(
      long nextExpiry, BoundedWindow window, ValueState<Long> sweepAt, Timer sweep) {
    long at = Math.min(nextExpiry + PAUSE, window.maxTimestamp().getMillis());
    sweepAt.write(at);
    sweep.withNoOutputTimestamp().set(Instant.ofEpochMilli(at));
  }

  /** Each output has the time of its own change, which may be before that of the list. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
