package dev.weir.cdc;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.intake.ShardSweep;
import java.util.List;
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

/** Follows keys as their changes arrive. One timer per shard sweeps what may be forgotten. */
final class TrackArrived<C, S extends SpecificRecordBase, O>
    extends DoFn<KV<Integer, List<TimestampedValue<C>>>, O> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");

  private static final Duration PAUSE = Duration.standardHours(6);

  @StateId("keys")
  private final StateSpec<MapState<String, S>> keysSpec;

  /** When the timer that is set will fire; empty while none is. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Tracker<C, S, O> tracker;
  private final ShardSweep<S> sweeps;

  TrackArrived(Tracker<C, S, O> tracker, Class<S> state) {
    this.tracker = tracker;
    this.sweeps = new ShardSweep<>(tracker::keepUntil, PAUSE);
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
    for (TimestampedValue<C> element : changes.getValue()) {
      C change = element.getValue();
      String key = tracker.key(change);
      S state = keys.get(key).read();
      if (!tracker.isNews(state, change)) {
        STALE.inc();
        continue;
      }
      S before = tracker.remembers(state, change) ? state : null;
      Consumer<O> out = said -> receiver.outputWithTimestamp(said, element.getTimestamp());
      S after = tracker.apply(before, change, out);
      keys.put(key, after);
      sweeps.expect(after, window, sweepAt, sweep);
      tracker.emitChange(before, after, change, out);
    }
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("keys") MapState<String, S> keys,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    sweeps.sweep(window, keys, sweepAt, sweep);
  }

  /** Each output has the time of its own change, which may be before that of the list. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
