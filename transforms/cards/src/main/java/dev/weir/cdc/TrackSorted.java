package dev.weir.cdc;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
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
import org.joda.time.Instant;

/** Sorts a shard and tracks its keys to the end. Holds one shard in memory. */
final class TrackSorted<C, S, O>
    extends DoFn<KV<Integer, Iterable<List<TimestampedValue<C>>>>, RowChange<StaleRow>> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");
  private static final Counter ROWS_STALE = Metrics.counter("weir", "rows_stale");

  private final Tracker<C, S, O> tracker;
  private final StaleReports reports;
  private final Routes<O> routes;

  TrackSorted(Tracker<C, S, O> tracker, StaleReports reports, Routes<O> routes) {
    this.tracker = tracker;
    this.reports = reports;
    this.routes = routes;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<C>>>> shard,
      @Timestamp Instant timestamp,
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
            follow(
                key,
                changes,
                outcome -> routes.emit(outcome, timestamp, receiver),
                receiver.get(TrackChanges.STALE_ROWS)::output));
  }

  private void follow(
      String key, List<C> changes, Consumer<O> out, Consumer<RowChange<StaleRow>> report) {
    List<C> readable = new ArrayList<>(changes.size());
    List<C> unreadable = new ArrayList<>();
    for (C change : changes) {
      (tracker.source(change).getUnreadable() == null ? readable : unreadable).add(change);
    }
    S state = follow(readable, out);
    if (!unreadable.isEmpty()) {
      report.accept(report(key, unreadable, state));
    }
  }

  /** Returns the final state; null if no change could be read. */
  private S follow(List<C> changes, Consumer<O> out) {
    S state = null;
    C last = null;
    for (C change : ChangeOrder.inOrder(changes, tracker::source)) {
      if (!tracker.isNew(state, change)) {
        STALE.inc();
        continue;
      }
      S before = tracker.remembers(state, change) ? state : null;
      if (state != null && before == null) {
        tracker.emitExpired(state, last, out);
      }
      state = tracker.apply(before, change, out);
      last = change;
    }
    if (state != null) {
      tracker.emitFinal(state, last, out);
    }
    return state;
  }

  /**
   * Reports the row as stale by its last unreadable change that is later than the readable ones, or
   * as not stale if there is no such change.
   */
  private RowChange<StaleRow> report(String key, List<C> unreadable, S state) {
    List<C> ordered = ChangeOrder.inOrder(unreadable, tracker::source);
    for (int n = ordered.size() - 1; n >= 0; n--) {
      ChangeSource source = tracker.source(ordered.get(n));
      boolean known = tracker.remembers(state, ordered.get(n));
      if (!known || StaleReports.isStaleBy(source, tracker.last(state), tracker.progress(state))) {
        long revision = known ? tracker.revision(state) : StaleReports.revisionBefore(source);
        ROWS_STALE.inc();
        return reports.stale(key, source, new Position(revision, 1));
      }
    }
    return reports.freshAgain(key, new Position(tracker.revision(state), 0));
  }
}
