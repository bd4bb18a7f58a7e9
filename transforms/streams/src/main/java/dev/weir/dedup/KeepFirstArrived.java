package dev.weir.dedup;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.sharding.ShardSweep;
import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
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

/**
 * Keeps the element that arrives first. The times of kept elements stay in state until the
 * watermark has passed both the element's own time and its timestamp by the window: after that, no
 * on-time element can be a duplicate of them. One timer per shard sweeps the state four times per
 * window. An element costs one read, and if it is kept also one write of a few times.
 */
final class KeepFirstArrived<T> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, T> {
  private static final long serialVersionUID = 1L;
  private static final int SWEEPS_PER_WINDOW = 4;

  @StateId("kept")
  private final StateSpec<MapState<String, KeptTimes>> keptSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(KeptTimes.class));

  /** When the current timer fires; empty if none is set. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final KeepFirst.Spec<T> spec;
  private final ShardSweep<KeptTimes> sweeps;

  KeepFirstArrived(KeepFirst.Spec<T> spec) {
    this.spec = spec;
    this.sweeps =
        new ShardSweep<>(
            KeptTimes::getUntil, Duration.millis(spec.window().getMillis() / SWEEPS_PER_WINDOW));
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<T>>> elements,
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep,
      OutputReceiver<T> out) {
    for (TimestampedValue<T> element : elements.getValue()) {
      T value = element.getValue();
      String id = spec.id().apply(value);
      KeptTimes before = kept.get(id).read();
      KeptTimes now =
          DuplicateRule.judge(
              before, spec.time().apply(value), element.getTimestamp(), spec.window());
      if (now == null) {
        KeepFirst.DUPLICATES.inc();
      } else {
        if (DuplicateRule.isFull(before)) {
          KeepFirst.FORGOTTEN.inc();
        }
        kept.put(id, now);
        sweeps.expect(now, window, sweepAt, sweep);
        out.outputWithTimestamp(value, element.getTimestamp());
      }
    }
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    sweeps.sweep(window, kept, sweepAt, sweep);
  }
}
