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
 * Keeps questions open across bundles. State is the truth about what is open, so that a restart, or
 * another worker, finds it; the futures in memory are only how this worker hears of the answers. A
 * result leaves when its element is still in state, and the element leaves with it.
 *
 * <p>One timer per shard is set while anything is open. Its output timestamp is that of the oldest
 * open element and so holds the watermark back: no result is ever late.
 */
final class AskAcrossBundles<T, Q, A, R> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, R> {
  private static final long serialVersionUID = 1L;

  /** How often answers are collected: what this adds to the latency of a result, at the most. */
  private static final Duration HARVEST = Duration.millis(20);

  @StateId("open")
  private final StateSpec<MapState<String, TimestampedValue<T>>> openSpec;

  /**
   * The output timestamp of the timer that is set, and the worker that was here last, which has
   * asked about all that is open; empty while no timer is set.
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

  /** Where state lives. */
  private record Place(int shard, BoundedWindow window) {}

  /** An element and what became of its question; the answer is null where asking crashed. */
  private record Done<T, A>(
      String id, TimestampedValue<T> element, Answer<A> answer, Throwable bug) {}

  /** What this worker has asked for one shard. */
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
    // Unlike any other, so that no two workers ever take one place in state.
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

  /** Results leave while another element is current, or a timer; the hold keeps them on time. */
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

  /** Asks for what state holds open and this worker has not asked: a restart's legacy. */
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

  /** Whether another worker was here last: then it may have left open what is not asked here. */
  private boolean isOfAnother(KV<String, Instant> held) {
    return held != null && !held.getKey().equals(worker);
  }

  private void arm(Instant oldest, ValueState<KV<String, Instant>> hold, Timer harvest) {
    hold.write(KV.of(worker, oldest));
    harvest.withOutputTimestamp(oldest).offset(HARVEST).setRelative();
  }
}
