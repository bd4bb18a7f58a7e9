package dev.weir.cdc;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.sharding.ShardSweep;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
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

/**
 * Tracks keys as their changes arrive. One timer per shard removes the state of expired keys. A
 * stale row is remembered until a later change of it is applied.
 */
final class TrackArrived<C, S extends SpecificRecordBase, O>
    extends DoFn<KV<Integer, List<TimestampedValue<C>>>, RowChange<StaleRow>> {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "changes_stale");
  private static final Counter ROWS_STALE = Metrics.counter("weir", "rows_stale");
  private static final Counter FRESH_AGAIN = Metrics.counter("weir", "rows_fresh_again");

  private static final Duration PAUSE = Duration.standardHours(6);

  @StateId("keys")
  private final StateSpec<MapState<String, S>> keysSpec;

  /** The rows whose last change could not be read. */
  @StateId("stale")
  private final StateSpec<MapState<String, StaleMark>> staleSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(StaleMark.class));

  /** The number of stale rows; empty for zero. Avoids reading a mark for each change. */
  @StateId("staleCount")
  private final StateSpec<ValueState<Integer>> staleCountSpec = StateSpecs.value(VarIntCoder.of());

  /** The time for which the timer is set; empty if it is not set. */
  @StateId("sweepAt")
  private final StateSpec<ValueState<Long>> sweepAtSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("sweep")
  private final TimerSpec sweepSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Tracker<C, S, O> tracker;
  private final StaleReports reports;
  private final Routes<O> routes;
  private final ShardSweep<S> sweeps;

  TrackArrived(Tracker<C, S, O> tracker, Class<S> state, StaleReports reports, Routes<O> routes) {
    this.tracker = tracker;
    this.reports = reports;
    this.routes = routes;
    this.sweeps = new ShardSweep<>(tracker::keepUntil, PAUSE);
    this.keysSpec = StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(state));
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<C>>> changes,
      BoundedWindow window,
      @StateId("keys") MapState<String, S> keys,
      @StateId("stale") MapState<String, StaleMark> marks,
      @StateId("staleCount") ValueState<Integer> markCount,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep,
      MultiOutputReceiver receiver) {
    int marksBefore = Objects.requireNonNullElse(markCount.read(), 0);
    int marked = marksBefore;
    for (TimestampedValue<C> element : changes.getValue()) {
      C change = element.getValue();
      String key = tracker.key(change);
      S state = keys.get(key).read();
      Consumer<RowChange<StaleRow>> report =
          row ->
              receiver
                  .get(TrackChanges.STALE_ROWS)
                  .outputWithTimestamp(row, element.getTimestamp());
      if (tracker.source(change).getUnreadable() != null) {
        marked += mark(key, change, state, marks, report);
        continue;
      }
      if (!tracker.isNew(state, change)) {
        STALE.inc();
        continue;
      }
      S before = tracker.remembers(state, change) ? state : null;
      Consumer<O> out = outcome -> routes.emit(outcome, element.getTimestamp(), receiver);
      S after = tracker.apply(before, change, out);
      keys.put(key, after);
      sweeps.expect(after, window, sweepAt, sweep);
      tracker.emitChange(before, after, change, out);
      if (marked > 0) {
        marked -= unmark(key, change, after, marks, report);
      }
    }
    if (marked != marksBefore) {
      markCount.write(marked);
    }
  }

  /** Returns 1 if the row became stale, otherwise 0. */
  private int mark(
      String key,
      C change,
      S state,
      MapState<String, StaleMark> marks,
      Consumer<RowChange<StaleRow>> report) {
    ChangeSource unreadable = tracker.source(change);
    boolean known = tracker.remembers(state, change);
    if (known
        && !StaleReports.isStaleBy(unreadable, tracker.last(state), tracker.progress(state))) {
      return 0;
    }
    StaleMark before = marks.get(key).read();
    if (before != null && !StaleReports.isLater(unreadable, before.getSource())) {
      return 0;
    }
    long revision = known ? tracker.revision(state) : StaleReports.revisionBefore(unreadable);
    if (before == null) {
      ROWS_STALE.inc();
    } else {
      revision = Math.max(revision, before.getRevision());
    }
    long nth = before == null ? 1 : before.getReports() + 1;
    marks.put(key, new StaleMark(unreadable, revision, nth));
    report.accept(reports.stale(key, unreadable, new Position(revision, nth)));
    return before == null ? 1 : 0;
  }

  /** Returns 1 if the row is no longer stale, otherwise 0. */
  private int unmark(
      String key,
      C change,
      S after,
      MapState<String, StaleMark> marks,
      Consumer<RowChange<StaleRow>> report) {
    StaleMark mark = marks.get(key).read();
    if (mark == null
        || StaleReports.isStaleBy(
            mark.getSource(), tracker.source(change), tracker.progress(after))) {
      return 0;
    }
    marks.remove(key);
    FRESH_AGAIN.inc();
    long revision = tracker.revision(after);
    report.accept(
        reports.freshAgain(
            key,
            revision > mark.getRevision()
                ? new Position(revision, 0)
                : new Position(mark.getRevision(), mark.getReports() + 1)));
    return 1;
  }

  @OnTimer("sweep")
  public void sweep(
      BoundedWindow window,
      @StateId("keys") MapState<String, S> keys,
      @StateId("sweepAt") ValueState<Long> sweepAt,
      @TimerId("sweep") Timer sweep) {
    sweeps.sweep(window, keys, sweepAt, sweep);
  }

  /** Each output has the timestamp of its own change, which may be before that of the list. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
