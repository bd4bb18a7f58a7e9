package dev.weir.service;

import dev.weir.dedup.FirstArrivals;
import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.service.OpenQuestions.Kept;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
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
import org.joda.time.Instant;

/**
 * Keeps the elements of a shard that arrive first, and questions about them open across bundles and
 * checkpoints. See {@link FirstArrivals} and {@link OpenQuestions}.
 */
final class AskAboutFirstArrived<T, Q, A, R>
    extends DoFn<KV<Integer, List<TimestampedValue<T>>>, R> {
  private static final long serialVersionUID = 1L;

  @StateId("kept")
  private final StateSpec<MapState<String, KeptTimes>> keptSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(KeptTimes.class));

  /** When the sweep fires; empty if it is not set. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @StateId("open")
  private final StateSpec<MapState<String, List<TimestampedValue<T>>>> openSpec;

  @StateId("hold")
  private final StateSpec<ValueState<KV<String, Instant>>> holdSpec = OpenQuestions.holdSpec();

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("harvest")
  private final TimerSpec harvestSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final FirstArrivals<T> first;
  private final AskService.Spec<T, Q, A, R> spec;
  private transient OpenQuestions<T, Q, A, R> questions;

  AskAboutFirstArrived(
      FirstArrivals<T> first, AskService.Spec<T, Q, A, R> spec, Coder<T> elementCoder) {
    this.first = first;
    this.spec = spec;
    this.openSpec = OpenQuestions.openSpec(elementCoder);
  }

  @Setup
  public void setup() {
    questions = new OpenQuestions<>(spec);
  }

  @Teardown
  public void teardown() {
    if (questions != null) {
      questions.close();
      questions = null;
    }
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<T>>> elements,
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep,
      @StateId("open") MapState<String, List<TimestampedValue<T>>> open,
      @StateId("hold") ValueState<KV<String, Instant>> hold,
      @TimerId("harvest") Timer harvest,
      OutputReceiver<R> out)
      throws InterruptedException {
    questions.ask(
        elements.getKey(),
        window,
        first.of(elements.getValue(), window, kept, sweepAt, sweep),
        new Kept<>(open, hold, harvest),
        out);
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("kept") MapState<String, KeptTimes> kept,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    first.sweep(window, kept, sweepAt, sweep);
  }

  @OnTimer("harvest")
  public void harvest(
      @Key Integer key,
      BoundedWindow window,
      @StateId("open") MapState<String, List<TimestampedValue<T>>> open,
      @StateId("hold") ValueState<KV<String, Instant>> hold,
      @TimerId("harvest") Timer harvest,
      OutputReceiver<R> out)
      throws InterruptedException {
    questions.harvest(key, window, new Kept<>(open, hold, harvest), out);
  }

  @OnWindowExpiration
  public void drain(
      @Key Integer key,
      BoundedWindow window,
      @StateId("open") MapState<String, List<TimestampedValue<T>>> open,
      OutputReceiver<R> out)
      throws InterruptedException {
    questions.drain(key, window, open, out);
  }

  /**
   * Results are emitted while another element or a timer is current; the hold keeps them on time.
   */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
