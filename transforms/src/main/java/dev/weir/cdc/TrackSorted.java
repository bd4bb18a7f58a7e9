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

  /** A key at the end of what is read. */
  private record Last<C, S>(S state, C change) {}

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<C>>>> shard, OutputReceiver<O> receiver) {
    List<C> changes = new ArrayList<>();
    for (List<TimestampedValue<C>> list : shard.getValue()) {
      list.forEach(element -> changes.add(element.getValue()));
    }
    changes.sort((a, b) -> ChangeOrder.TOTAL.compare(tracker.source(a), tracker.source(b)));
    Consumer<O> out = receiver::output;
    Map<String, Last<C, S>> keys = new LinkedHashMap<>();
    for (C change : changes) {
      String key = tracker.key(change);
      Last<C, S> before = keys.get(key);
      S state = before == null ? null : before.state();
      if (state != null && !ChangeOrder.isAfter(tracker.source(change), tracker.last(state))) {
        STALE.inc();
      } else {
        S remembered = tracker.remembers(state, change) ? state : null;
        if (state != null && remembered == null) {
          tracker.emitForgotten(state, before.change(), out);
        }
        keys.put(key, new Last<>(tracker.next(remembered, change, out), change));
      }
    }
    keys.values().forEach(last -> tracker.emitFinal(last.state(), last.change(), out));
  }
}
