package dev.weir.dedup;

import dev.weir.encoding.SingleObjectCoder;
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

/** Keeps the element that arrives first; see {@link FirstArrivals}. */
final class KeepFirstArrived<T> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, T> {
  private static final long serialVersionUID = 1L;

  @StateId("kept")
  private final StateSpec<MapState<String, KeptTimes>> keptSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(KeptTimes.class));

  /** When the current timer fires; empty if none is set. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final FirstArrivals<T> first;

  KeepFirstArrived(KeepFirst.Spec<T> spec) {
    this.first = new FirstArrivals<>(spec);
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<T>>> elements,
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep,
      OutputReceiver<T> out) {
    for (TimestampedValue<T> element :
        first.of(elements.getValue(), window, kept, sweepAt, sweep)) {
      out.outputWithTimestamp(element.getValue(), element.getTimestamp());
    }
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    first.sweep(window, kept, sweepAt, sweep);
  }
}
