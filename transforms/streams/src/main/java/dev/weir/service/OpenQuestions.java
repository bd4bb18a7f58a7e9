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
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Keeps questions open across bundles, for the stateful steps that contain it. The state is the
 * truth about which questions are open, so that a restart, or another worker, finds them; the
 * futures in memory only deliver the answers to this worker. A result is emitted only if its
 * element is still in state, and the element is removed with it.
 *
 * <p>One timer per shard is set while any question is open. Its output timestamp is that of the
 * oldest open element and therefore holds the watermark: no result is ever late.
 */
final class OpenQuestions<T, Q, A, R> implements AutoCloseable {
  /** How often answers are collected: the maximum that this adds to a result's latency. */
  private static final Duration HARVEST = Duration.millis(20);

  private final AskService.Spec<T, Q, A, R> spec;
  private final ServiceClient<Q, A> client;
  private final Map<Place, Shard<T, A>> shards = new HashMap<>();
  // Unique, so that no two workers ever use the same key in state.
  private final String worker = UUID.randomUUID().toString();
  private long nextId;

  /**
   * What a step keeps for a shard.
   *
   * @param open the elements whose answers are awaited
   * @param hold the worker that last processed the shard, which has asked every open question, and
   *     the output timestamp of the current timer; empty if no timer is set
   * @param harvest the timer
   */
  record Kept<T>(
      MapState<String, TimestampedValue<T>> open,
      ValueState<KV<String, Instant>> hold,
      Timer harvest) {}

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

  static <T> StateSpec<MapState<String, TimestampedValue<T>>> openSpec(Coder<T> elementCoder) {
    return StateSpecs.map(
        StringUtf8Coder.of(), TimestampedValue.TimestampedValueCoder.of(elementCoder));
  }

  static StateSpec<ValueState<KV<String, Instant>>> holdSpec() {
    return StateSpecs.value(KvCoder.of(StringUtf8Coder.of(), InstantCoder.of()));
  }

  OpenQuestions(AskService.Spec<T, Q, A, R> spec) {
    this.spec = spec;
    this.client = SharedClients.borrow(spec.opener(), spec.policy());
  }

  @Override
  public void close() {
    SharedClients.giveBack(spec.opener(), spec.policy());
  }

  /** Asks about elements that arrive in a shard together, and emits the results that are ready. */
  void ask(
      int key,
      BoundedWindow window,
      List<TimestampedValue<T>> elements,
      Kept<T> kept,
      OutputReceiver<R> out)
      throws InterruptedException {
    Shard<T, A> shard = shardAt(key, window);
    KV<String, Instant> held = kept.hold().read();
    boolean takenOver = isOfAnother(held);
    if (takenOver) {
      adopt(shard, kept.open());
    }
    Instant heldAt = held == null ? BoundedWindow.TIMESTAMP_MAX_VALUE : held.getValue();
    Instant oldest = heldAt;
    for (TimestampedValue<T> element : elements) {
      Q question = spec.question().apply(element.getValue());
      if (question == null) {
        out.outputWithTimestamp(
            spec.combiner().combine(element.getValue(), null), element.getTimestamp());
        continue;
      }
      String id = worker + nextId++;
      kept.open().put(id, element);
      ask(shard, id, element, question);
      if (element.getTimestamp().isBefore(oldest)) {
        oldest = element.getTimestamp();
      }
    }
    collect(shard, kept.open(), out);
    if (takenOver || oldest.isBefore(heldAt)) {
      arm(oldest, kept);
    }
  }

  /** Emits the results that are ready; the timer's method must call it. */
  void harvest(int key, BoundedWindow window, Kept<T> kept, OutputReceiver<R> out)
      throws InterruptedException {
    Shard<T, A> shard = shardAt(key, window);
    collect(shard, kept.open(), out);
    if (shard.asked.isEmpty() || isOfAnother(kept.hold().read())) {
      adopt(shard, kept.open());
    }
    Instant oldest = shard.asked.values().stream().min(Instant::compareTo).orElse(null);
    if (oldest == null) {
      kept.hold().clear();
      shards.remove(new Place(key, window));
    } else {
      arm(oldest, kept);
    }
  }

  /** Waits for all answers at the end of a window and emits the results. */
  void drain(
      int key,
      BoundedWindow window,
      MapState<String, TimestampedValue<T>> open,
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

  private void arm(Instant oldest, Kept<T> kept) {
    kept.hold().write(KV.of(worker, oldest));
    kept.harvest().withOutputTimestamp(oldest).offset(HARVEST).setRelative();
  }
}
