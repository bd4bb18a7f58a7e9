package dev.weir.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.InstantCoder;
import org.apache.beam.sdk.coders.KvCoder;
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
 * Keeps questions open across bundles. The state is the truth about which questions are open, so
 * that a restart, or another worker, finds them; the futures in memory only deliver the answers to
 * this worker. A result is emitted only if its element is still in state, and the element is
 * removed with it.
 *
 * <p>One timer per shard is set while any question is open. Its output timestamp is that of the
 * oldest open element and therefore holds the watermark: no result is ever late.
 */
final class AskAcrossBundles<T, Q, A, R> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, R> {
  private static final long serialVersionUID = 1L;

  /** How often answers are collected: the maximum that this adds to a result's latency. */
  private static final Duration HARVEST = Duration.millis(20);

  @StateId("open")
  private final StateSpec<MapState<String, TimestampedValue<T>>> openSpec;

  /**
   * The worker that last processed this shard, which has asked every open question, and the output
   * timestamp of the current timer; empty if no timer is set.
   */
  @StateId("hold")
  private final StateSpec<ValueState<KV<String, Instant>>> holdSpec =
      StateSpecs.value(KvCoder.of(StringUtf8Coder.of(), InstantCoder.of()));

  @TimerId("harvest")
  private final TimerSpec harvestSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final AskService.Spec<T, Q, A, R> spec;
  private transient ServiceClient<Q, A> client;
  private transient Map<Place, Shard<T, A>> shards;
  private transient String worker;
  private transient long nextId;

  /** The key and window of the state. */
  private record Place(int shard, BoundedWindow window) {}

  /**
   * An element and the outcome of its question; the answer is null if asking threw an exception.
   */
  private record Done<T, A>(
      String id, TimestampedValue<T> element, Answer<A> answer, Throwable bug) {}

  /** The questions of one shard that this worker has asked. */
  private static final class Shard<T, A> {
    final Map<String, Instant> asked = new HashMap<>();
    final Queue<Done<T, A>> done = new ConcurrentLinkedQueue<>();
  }

  AskAcrossBundles(AskService.Spec<T, Q, A, R> spec, Coder<T> elementCoder) {
    this.spec = spec;
    this.openSpec =
        StateSpecs.map(
            StringUtf8Coder.of(), TimestampedValue.TimestampedValueCoder.of(elementCoder));
  }

  @Setup
  public void setup() {
    client = SharedClients.borrow(spec.opener(), spec.policy());
    shards = new HashMap<>();
    // Unique, so that no two workers ever use the same key in state.
    worker = UUID.randomUUID().toString();
  }

  @Teardown
  public void teardown() {
    if (client != null) {
      SharedClients.giveBack(spec.opener(), spec.policy());
      client = null;
    }
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<T>>> elements,
      BoundedWindow window,
      @StateId("open") MapState<String, TimestampedValue<T>> open,
      @StateId("hold") ValueState<KV<String, Instant>> hold,
      @TimerId("harvest") Timer harvest,
      OutputReceiver<R> out)
      throws InterruptedException {
    Shard<T, A> shard = shardAt(elements.getKey(), window);
    KV<String, Instant> held = hold.read();
    boolean takenOver = isOfAnother(held);
    if (takenOver) {
      adopt(shard, open);
    }
    Instant heldAt = held == null ? BoundedWindow.TIMESTAMP_MAX_VALUE : held.getValue();
    Instant oldest = heldAt;
    for (TimestampedValue<T> element : elements.getValue()) {
      Q question = spec.question().apply(element.getValue());
      if (question == null) {
        out.outputWithTimestamp(
            spec.combiner().combine(element.getValue(), null), element.getTimestamp());
        continue;
      }
      String id = worker + nextId++;
      open.put(id, element);
      ask(shard, id, element, question);
      if (element.getTimestamp().isBefore(oldest)) {
        oldest = element.getTimestamp();
      }
    }
    collect(shard, open, out);
    if (takenOver || oldest.isBefore(heldAt)) {
      arm(oldest, hold, harvest);
    }
  }

  @OnTimer("harvest")
  public void harvest(
      @Key Integer key,
      BoundedWindow window,
      @StateId("open") MapState<String, TimestampedValue<T>> open,
      @StateId("hold") ValueState<KV<String, Instant>> hold,
      @TimerId("harvest") Timer harvest,
      OutputReceiver<R> out)
      throws InterruptedException {
    Shard<T, A> shard = shardAt(key, window);
    collect(shard, open, out);
    if (shard.asked.isEmpty() || isOfAnother(hold.read())) {
      adopt(shard, open);
    }
    Instant oldest = shard.asked.values().stream().min(Instant::compareTo).orElse(null);
    if (oldest == null) {
      hold.clear();
      shards.remove(new Place(key, window));
    } else {
      arm(oldest, hold, harvest);
    }
  }

  @OnWindowExpiration
  public void drain(
      @Key Integer key,
      BoundedWindow window,
      @StateId("open") MapState<String, TimestampedValue<T>> open,
      OutputReceiver<R> out)
      throws InterruptedException {
    Shard<T, A> shard = shardAt(key, window);
    adopt(shard, open);
    client.flush();
    while (!shard.asked.isEmpty()) {
      collect(shard, open, out);
      if (!shard.asked.isEmpty()) {
        Thread.sleep(1);
      }
    }
    shards.remove(new Place(key, window));
  }

  /**
   * Results are emitted while another element or a timer is current; the hold keeps them on time.
   */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private Shard<T, A> shardAt(int key, BoundedWindow window) {
    return shards.computeIfAbsent(new Place(key, window), place -> new Shard<>());
  }

  private void ask(Shard<T, A> shard, String id, TimestampedValue<T> element, Q question)
      throws InterruptedException {
    CompletableFuture<Answer<A>> answer = client.ask(question);
    shard.asked.put(id, element.getTimestamp());
    answer.whenComplete((value, bug) -> shard.done.add(new Done<>(id, element, value, bug)));
  }

  private void collect(
      Shard<T, A> shard, MapState<String, TimestampedValue<T>> open, OutputReceiver<R> out) {
    for (Done<T, A> done = shard.done.poll(); done != null; done = shard.done.poll()) {
      if (done.bug() != null) {
        throw new IllegalStateException("a service call failed unexpectedly", done.bug());
      }
      shard.asked.remove(done.id());
      if (open.get(done.id()).read() != null) {
        open.remove(done.id());
        Outcomes.count(done.answer());
        out.outputWithTimestamp(
            spec.combiner().combine(done.element().getValue(), done.answer()),
            done.element().getTimestamp());
      }
    }
  }

  /**
   * Asks the questions that are open in state but that this worker has not asked, as after a
   * restart.
   */
  private void adopt(Shard<T, A> shard, MapState<String, TimestampedValue<T>> open)
      throws InterruptedException {
    List<Map.Entry<String, TimestampedValue<T>>> orphans = new ArrayList<>();
    for (Map.Entry<String, TimestampedValue<T>> entry : open.entries().read()) {
      if (!shard.asked.containsKey(entry.getKey())) {
        orphans.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, TimestampedValue<T>> orphan : orphans) {
      TimestampedValue<T> element = orphan.getValue();
      ask(shard, orphan.getKey(), element, spec.question().apply(element.getValue()));
    }
  }

  /** Returns whether another worker processed this shard last and may have left questions open. */
  private boolean isOfAnother(KV<String, Instant> held) {
    return held != null && !held.getKey().equals(worker);
  }

  private void arm(Instant oldest, ValueState<KV<String, Instant>> hold, Timer harvest) {
    hold.write(KV.of(worker, oldest));
    harvest.withOutputTimestamp(oldest).offset(HARVEST).setRelative();
  }
}
