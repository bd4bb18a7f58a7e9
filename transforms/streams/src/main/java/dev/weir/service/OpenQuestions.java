package dev.weir.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.InstantCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.NullableCoder;
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
 * element is still in state, and the element is removed with it. Elements that arrive together
 * share an entry of the state, as many as a request to the service takes: their answers come
 * together, too.
 *
 * <p>One timer per shard is set while any question is open. Its output timestamp is that of the
 * oldest open element and therefore holds the watermark: no result is ever late.
 */
final class OpenQuestions<T, Q, A, R> implements AutoCloseable {
  /** How often answers are collected: the maximum that this adds to a result's latency. */
  private static final Duration HARVEST = Duration.millis(20);

  private final AskService.Spec<T, Q, A, R> spec;
  private final ServiceClient<Q, A> client;
  private final Map<Place, Shard<A>> shards = new HashMap<>();
  // Unique, so that no two workers ever use the same key in state.
  private final String worker = UUID.randomUUID().toString();
  private long nextId;

  /**
   * What a step keeps for a shard.
   *
   * @param open the elements whose answers are awaited, in the places that they had when they
   *     arrived; null in the places of the others
   * @param hold the worker that last processed the shard, which has asked every open question, and
   *     the output timestamp of the current timer; empty if no timer is set
   * @param harvest the timer
   */
  record Kept<T>(
      MapState<String, List<TimestampedValue<T>>> open,
      ValueState<KV<String, Instant>> hold,
      Timer harvest) {}

  /** The key and window of the state. */
  private record Place(int shard, BoundedWindow window) {}

  /** The questions of one shard that this worker has asked. */
  private static final class Shard<A> {
    final Map<String, AskedTogether> asked = new HashMap<>();
    final Queue<Done<A>> done = new ConcurrentLinkedQueue<>();
  }

  /** The outcome of one question; the answer is null if asking threw an exception. */
  private record Done<A>(AskedTogether asked, int index, Answer<A> answer, Throwable bug) {}

  static <T> StateSpec<MapState<String, List<TimestampedValue<T>>>> openSpec(
      Coder<T> elementCoder) {
    return StateSpecs.map(
        StringUtf8Coder.of(),
        ListCoder.of(NullableCoder.of(TimestampedValue.TimestampedValueCoder.of(elementCoder))));
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
    Shard<A> shard = shardAt(key, window);
    KV<String, Instant> held = kept.hold().read();
    boolean takenOver = isOfAnother(held);
    if (takenOver) {
      adopt(shard, kept.open());
    }
    Instant heldAt = held == null ? BoundedWindow.TIMESTAMP_MAX_VALUE : held.getValue();
    Instant oldest = heldAt;
    List<TimestampedValue<T>> together = new ArrayList<>();
    for (TimestampedValue<T> element : elements) {
      if (spec.question().apply(element.getValue()) == null) {
        out.outputWithTimestamp(
            spec.combiner().combine(element.getValue(), null), element.getTimestamp());
        continue;
      }
      together.add(element);
      if (element.getTimestamp().isBefore(oldest)) {
        oldest = element.getTimestamp();
      }
      if (together.size() == spec.policy().batch()) {
        ask(shard, newEntry(together, kept.open()), together);
        together = new ArrayList<>();
      }
    }
    if (!together.isEmpty()) {
      ask(shard, newEntry(together, kept.open()), together);
    }
    collect(shard, kept.open(), out);
    if (takenOver || oldest.isBefore(heldAt)) {
      arm(oldest, kept);
    }
  }

  /** Emits the results that are ready; the timer's method must call it. */
  void harvest(int key, BoundedWindow window, Kept<T> kept, OutputReceiver<R> out)
      throws InterruptedException {
    Shard<A> shard = shardAt(key, window);
    collect(shard, kept.open(), out);
    if (shard.asked.isEmpty() || isOfAnother(kept.hold().read())) {
      adopt(shard, kept.open());
    }
    Instant oldest =
        shard.asked.values().stream()
            .map(AskedTogether::oldest)
            .min(Instant::compareTo)
            .orElse(null);
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
      MapState<String, List<TimestampedValue<T>>> open,
      OutputReceiver<R> out)
      throws InterruptedException {
    Shard<A> shard = shardAt(key, window);
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

  private Shard<A> shardAt(int key, BoundedWindow window) {
    return shards.computeIfAbsent(new Place(key, window), place -> new Shard<>());
  }

  private String newEntry(
      List<TimestampedValue<T>> elements, MapState<String, List<TimestampedValue<T>>> open) {
    String id = worker + nextId++;
    open.put(id, elements);
    return id;
  }

  private void ask(Shard<A> shard, String id, List<TimestampedValue<T>> entry)
      throws InterruptedException {
    AskedTogether asked = new AskedTogether(id, entry);
    shard.asked.put(id, asked);
    for (int i = 0; i < entry.size(); i++) {
      if (entry.get(i) != null) {
        int index = i;
        client
            .ask(spec.question().apply(entry.get(i).getValue()))
            .whenComplete((answer, bug) -> shard.done.add(new Done<>(asked, index, answer, bug)));
      }
    }
  }

  private void collect(
      Shard<A> shard, MapState<String, List<TimestampedValue<T>>> open, OutputReceiver<R> out) {
    Map<String, List<TimestampedValue<T>>> entries = new HashMap<>();
    Outcomes outcomes = new Outcomes();
    for (Done<A> done = shard.done.poll(); done != null; done = shard.done.poll()) {
      if (done.bug() != null) {
        throw new IllegalStateException("a service call failed unexpectedly", done.bug());
      }
      AskedTogether asked = done.asked();
      String id = asked.id();
      if (asked.answered(done.index())) {
        shard.asked.remove(id);
      }
      TimestampedValue<T> element =
          entries.computeIfAbsent(id, i -> entry(asked, open)).set(done.index(), null);
      if (element != null) {
        outcomes.add(done.answer());
        out.outputWithTimestamp(
            spec.combiner().combine(element.getValue(), done.answer()), element.getTimestamp());
      }
    }
    outcomes.report();
    entries.forEach(
        (id, entry) -> {
          if (entry.stream().allMatch(Objects::isNull)) {
            open.remove(id);
          } else {
            open.put(id, entry);
          }
        });
  }

  /** Returns a copy of an entry of the state; it is empty if another worker has removed it. */
  private static <T> List<TimestampedValue<T>> entry(
      AskedTogether asked, MapState<String, List<TimestampedValue<T>>> open) {
    List<TimestampedValue<T>> entry = open.get(asked.id()).read();
    return new ArrayList<>(entry == null ? Collections.nCopies(asked.size(), null) : entry);
  }

  /**
   * Asks the questions that are open in state but that this worker has not asked, as after a
   * restart.
   */
  private void adopt(Shard<A> shard, MapState<String, List<TimestampedValue<T>>> open)
      throws InterruptedException {
    Map<String, List<TimestampedValue<T>>> orphans = new HashMap<>();
    for (Map.Entry<String, List<TimestampedValue<T>>> entry : open.entries().read()) {
      if (!shard.asked.containsKey(entry.getKey())) {
        orphans.put(entry.getKey(), entry.getValue());
      }
    }
    for (Map.Entry<String, List<TimestampedValue<T>>> orphan : orphans.entrySet()) {
      ask(shard, orphan.getKey(), orphan.getValue());
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
