package dev.weir.cdc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;

/** Puts a shard into order and follows its keys to the end. Holds one shard in memory. */
final class TrackSorted<C, S, O> extends DoFn<KV<Integer, Iterable<List<TimestampedValue<C>>>>, O> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");

  private final Tracker<C, S, O> tracker;

  TrackSorted(Tracker<C, S, O> tracker) {
    this.tracker = tracker;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<C>>>> shard, OutputReceiver<O> receiver) {
    Map<String, List<C>> byKey = new LinkedHashMap<>();
    for (List<TimestampedValue<C>> list : shard.getValue()) {
      for (TimestampedValue<C> element : list) {
        C change = element.getValue();
        byKey.computeIfAbsent(tracker.key(change), key -> new ArrayList<>()).add(change);
      }
    }
    byKey.values().forEach(changes -> follow(changes, receiver::output));
  }

  private void follow(List<C> changes, Consumer<O> out) {
    S state = null;
    C last = null;
    for (C change : ChangeOrder.inOrder(changes, tracker::source)) {
      if (!tracker.isNews(state, change)) {
        STALE.inc();
        continue;
      }
      S before = tracker.remembers(state, change) ? state : null;
      if (state != null && before == null) {
        tracker.emitForgotten(state, last, out);
      }
      state = tracker.apply(before, change, out);
      last = change;
    }
    tracker.emitFinal(state, last, out);
  }
}
