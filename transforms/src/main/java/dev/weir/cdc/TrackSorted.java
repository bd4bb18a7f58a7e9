package dev.weir.cdc;

import dev.weir.ledger.RowChange;
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
import org.apache.beam.sdk.values.TupleTag;

/** Puts a shard into order and follows its keys to the end. Holds one shard in memory. */
final class TrackSorted<C, S, O> extends DoFn<KV<Integer, Iterable<List<TimestampedValue<C>>>>, O> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");

  private final Tracker<C, S, O> tracker;
  private final StaleReports reports;
  private final TupleTag<O> outcomes;
  private final TupleTag<RowChange<StaleRow>> stale;

  TrackSorted(
      Tracker<C, S, O> tracker,
      StaleReports reports,
      TupleTag<O> outcomes,
      TupleTag<RowChange<StaleRow>> stale) {
    this.tracker = tracker;
    this.reports = reports;
    this.outcomes = outcomes;
    this.stale = stale;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<C>>>> shard,
      MultiOutputReceiver receiver) {
    Map<String, List<C>> byKey = new LinkedHashMap<>();
    for (List<TimestampedValue<C>> list : shard.getValue()) {
      for (TimestampedValue<C> element : list) {
        C change = element.getValue();
        byKey.computeIfAbsent(tracker.key(change), key -> new ArrayList<>()).add(change);
      }
    }
    byKey.forEach(
        (key, changes) ->
            follow(key, changes, receiver.get(outcomes)::output, receiver.get(stale)::output));
  }

  private void follow(
      String key, List<C> changes, Consumer<O> out, Consumer<RowChange<StaleRow>> report) {
    S state = null;
    C last = null;
    ChangeSource unreadable = null;
    boolean wasStale = false;
    for (C change : ChangeOrder.inOrder(changes, tracker::source)) {
      if (tracker.source(change).getUnreadable() != null) {
        boolean known = tracker.remembers(state, change);
        if (!known
            || StaleReports.isStaleBy(
                tracker.source(change), tracker.last(state), tracker.progress(state))) {
          unreadable = tracker.source(change);
          wasStale = true;
        }
        continue;
      }
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
      unreadable = null;
    }
    if (state != null) {
      tracker.emitFinal(state, last, out);
    }
    long revision = state == null ? 0 : tracker.revision(state);
    if (unreadable != null) {
      report.accept(reports.stale(key, unreadable, revision, 1));
    } else if (wasStale) {
      report.accept(reports.freshAgain(key, revision));
    }
  }
}
