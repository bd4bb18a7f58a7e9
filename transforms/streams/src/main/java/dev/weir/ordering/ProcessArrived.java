package dev.weir.ordering;

import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
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

/**
 * Keeps events in state until the watermark has passed them. One timer per shard is set for the
 * next whole second in which something may be due, and holds back the stream's time as far as
 * outputs may still come.
 */
final class ProcessArrived<E, O> extends DoFn<KV<Integer, List<TimestampedValue<E>>>, O> {
  private static final long serialVersionUID = 1L;

  @StateId("front")
  private final StateSpec<ValueState<OrderFront>> frontSpec;

  /** What waits for its turn. */
  @StateId("buffer")
  private final StateSpec<MapState<String, List<Entry<E>>>> bufferSpec;

  /** What the rules remember. */
  @StateId("memory")
  private final StateSpec<MapState<String, SpecificRecordBase>> memorySpec;

  @TimerId("wake")
  private final TimerSpec wakeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Rules<E, O> rules;
  private final int shards;
  private transient Counters counters;

  ProcessArrived(
      Rules<E, O> rules,
      Coder<OrderFront> fronts,
      Coder<E> events,
      Coder<SpecificRecordBase> memory,
      int shards) {
    this.rules = rules;
    this.shards = shards;
    this.frontSpec = StateSpecs.value(fronts);
    this.bufferSpec = StateSpecs.map(StringUtf8Coder.of(), ListCoder.of(EntryCoder.of(events)));
    this.memorySpec = StateSpecs.map(StringUtf8Coder.of(), memory);
  }

  @Setup
  public void setup() {
    counters = new Counters();
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<E>>> events,
      BoundedWindow window,
      @StateId("front") ValueState<OrderFront> front,
      @StateId("buffer") MapState<String, List<Entry<E>>> buffer,
      @StateId("memory") MapState<String, SpecificRecordBase> memory,
      @TimerId("wake") Timer wake,
      OutputReceiver<O> receiver) {
    TimeBuckets<E> waiting = new TimeBuckets<>(front, buffer, shards);
    ReplayOrder<E, O> order = order(waiting, new StateMemory(memory), receiver);
    events.getValue().forEach(e -> order.push(e.getValue(), e.getTimestamp().getMillis()));
    order.settle();
    Long armedAt = waiting.armedAt();
    if (armedAt == null || waiting.wakeAt() < armedAt || waiting.hold() < waiting.armedHold()) {
      arm(waiting, window, wake);
    }
    waiting.save();
  }

  @OnTimer("wake")
  public void wake(
      OnTimerContext context,
      BoundedWindow window,
      @StateId("front") ValueState<OrderFront> front,
      @StateId("buffer") MapState<String, List<Entry<E>>> buffer,
      @StateId("memory") MapState<String, SpecificRecordBase> memory,
      @TimerId("wake") Timer wake,
      OutputReceiver<O> receiver) {
    // As far as time has come, and not only as far as this timer: one look for all that is due.
    Instant fired = context.fireTimestamp();
    Instant reached = wake.getCurrentRelativeTime();
    long now = Math.max(fired.getMillis(), reached.getMillis());
    TimeBuckets<E> waiting = new TimeBuckets<>(front, buffer, shards);
    StateMemory remembered = new StateMemory(memory);
    order(waiting, remembered, receiver).advance(now - Math.floorMod(now, TimeBuckets.SECOND));
    remembered.save();
    if (now < window.maxTimestamp().getMillis()) {
      arm(waiting, window, wake);
    } else {
      // What is left is drained. A timer set again for the end of its window would fire for ever.
      waiting.armed(null, null);
    }
    waiting.save();
  }

  /**
   * At a drain nobody is waited for any longer. Nothing stays: the runner clears what a window had,
   * and for RocksDB to be told twice costs as much again.
   */
  @OnWindowExpiration
  public void drain(
      @StateId("front") ValueState<OrderFront> front,
      @StateId("buffer") MapState<String, List<Entry<E>>> buffer,
      @StateId("memory") MapState<String, SpecificRecordBase> memory,
      OutputReceiver<O> receiver) {
    order(new TimeBuckets<>(front, buffer, shards), new StateMemory(memory), receiver).drain();
  }

  /** Each output has the time of its own event; the timer's hold keeps it on time. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private ReplayOrder<E, O> order(
      TimeBuckets<E> waiting, StateMemory memory, OutputReceiver<O> receiver) {
    return new ReplayOrder<>(
        rules,
        waiting,
        memory,
        (output, at) -> receiver.outputWithTimestamp(output, Instant.ofEpochMilli(at)),
        counters);
  }

  /** What is set again replaces what was set before. */
  private void arm(TimeBuckets<E> waiting, BoundedWindow window, Timer wake) {
    Long wakeAt = waiting.wakeAt();
    if (wakeAt == null) {
      waiting.armed(null, null);
      return;
    }
    long at = Math.min(wakeAt, window.maxTimestamp().getMillis());
    long hold = Math.min(waiting.hold(), at);
    wake.withOutputTimestamp(Instant.ofEpochMilli(hold)).set(Instant.ofEpochMilli(at));
    waiting.armed(at, hold);
  }
}
