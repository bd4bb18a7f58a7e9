package dev.weir.service;

import dev.weir.service.OpenQuestions.Kept;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
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

/** Keeps questions open across bundles and checkpoints; see {@link OpenQuestions}. */
final class AskAcrossBundles<T, Q, A, R> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, R> {
  private static final long serialVersionUID = 1L;

  @StateId("open")
  private final StateSpec<MapState<String, List<TimestampedValue<T>>>> openSpec;

  @StateId("hold")
  private final StateSpec<ValueState<KV<String, Instant>>> holdSpec = OpenQuestions.holdSpec();

  @TimerId("harvest")
  private final TimerSpec harvestSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final AskService.Spec<T, Q, A, R> spec;
  private transient OpenQuestions<T, Q, A, R> questions;

  AskAcrossBundles(AskService.Spec<T, Q, A, R> spec, Coder<T> elementCoder) {
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
      @StateId("open") MapState<String, List<TimestampedValue<T>>> open,
      @StateId("hold") ValueState<KV<String, Instant>> hold,
      @TimerId("harvest") Timer harvest,
      OutputReceiver<R> out)
      throws InterruptedException {
    questions.ask(
        elements.getKey(), window, elements.getValue(), new Kept<>(open, hold, harvest), out);
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
