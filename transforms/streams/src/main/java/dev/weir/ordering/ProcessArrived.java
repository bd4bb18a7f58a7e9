package dev.weir.ordering;

import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.RecordBlockCoder;
import java.util.List;
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
 * next whole second in which an entry may be due, and holds the output watermark at the earliest
 * timestamp that an output may still have.
 */
final class ProcessArrived<E, O> extends DoFn<KV<Integer, List<TimestampedValue<E>>>, O> {
  private static final long serialVersionUID = 1L;

  @StateId("front")
  private final StateSpec<ValueState<OrderFront>> frontSpec;

  /** The entries that wait for their turn. */
  @StateId("buffer")
  private final StateSpec<MapState<String, List<Entry<E>>>> bufferSpec;

  /** The records that the rules remember. */
  @StateId("memory")
  private final StateSpec<MapState<String, Page>> memorySpec;

  @TimerId("wake")
  private final TimerSpec wakeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Rules<E, O> rules;
  private final AnyRecordCoder records;
  private final int shards;
  private final int mostOpenPages;
  private transient Counters counters;

  ProcessArrived(
      Rules<E, O> rules,
      Coder<OrderFront> fronts,
      Coder<E> events,
      AnyRecordCoder records,
      int shards,
      int mostOpenPages) {
    this.rules = rules;
    this.shards = shards;
    this.mostOpenPages = mostOpenPages;
    this.frontSpec = StateSpecs.value(fronts);
    this.bufferSpec = StateSpecs.map(StringUtf8Coder.of(), ListCoder.of(EntryCoder.of(events)));
    this.memorySpec =
        StateSpecs.map(StringUtf8Coder.of(), PageCoder.of(RecordBlockCoder.of(records)));
    this.records = records;
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
      @StateId("memory") MapState<String, Page> memory,
      @TimerId("wake") Timer wake,
      OutputReceiver<O> receiver) {
    TimeBuckets<E> waiting = new TimeBuckets<>(front, buffer, shards);
    ReplayOrder<E, O> order = order(waiting, remembered(memory), receiver);
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
      @StateId("memory") MapState<String, Page> memory,
      @TimerId("wake") Timer wake,
      OutputReceiver<O> receiver) {
    // Advance to the current time, not only to this timer's: one pass handles everything that is
    // due.
    Instant fired = context.fireTimestamp();
    Instant reached = wake.getCurrentRelativeTime();
    long now = Math.max(fired.getMillis(), reached.getMillis());
    TimeBuckets<E> waiting = new TimeBuckets<>(front, buffer, shards);
    StateMemory remembered = remembered(memory);
    ReplayOrder<E, O> order = order(waiting, remembered, receiver);
    order.advance(now - Math.floorMod(now, TimeBuckets.SECOND));
    remembered.save(order::sweep);
    order.settle();
    if (now < window.maxTimestamp().getMillis()) {
      arm(waiting, window, wake);
    } else {
      // The rest is drained when the window expires. A timer set again for the end of its window
      // would fire forever.
      waiting.armed(null, null);
    }
    waiting.save();
  }

  /**
   * Processes everything that still waits when the window expires. State is not cleared here: the
   * runner clears it, and clearing it twice would double the cost in RocksDB.
   */
  @OnWindowExpiration
  public void drain(
      @StateId("front") ValueState<OrderFront> front,
      @StateId("buffer") MapState<String, List<Entry<E>>> buffer,
      @StateId("memory") MapState<String, Page> memory,
      OutputReceiver<O> receiver) {
    order(new TimeBuckets<>(front, buffer, shards), remembered(memory), receiver).drain();
  }

  /** Each output has the time of its own event; the timer's hold keeps it on time. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private StateMemory remembered(MapState<String, Page> memory) {
    return new StateMemory(memory, records, mostOpenPages);
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

  /** Sets the timer, which replaces its earlier setting. */
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
