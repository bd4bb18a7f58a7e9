package dev.weir.spend;

import dev.weir.changelog.RowChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Adds the amounts of a shard's accounts to their panes and emits one row for each window that is
 * not empty in the end. Holds the panes of one shard in memory.
 */
final class MeasureSorted
    extends DoFn<
        KV<Integer, Iterable<List<TimestampedValue<SpendChange>>>>, RowChange<SpendMetrics>> {
  private static final long serialVersionUID = 1L;
  private static final long REVISIONS_PER_MILLISECOND = 1000;

  private final WindowPlan plan;

  MeasureSorted(WindowPlan plan) {
    this.plan = plan;
  }

  /** The panes of one account and the latest times of its changes. */
  private static final class Collected {
    final MemoryStore panes = new MemoryStore();
    long lastCommit = Long.MIN_VALUE;
    Instant last = BoundedWindow.TIMESTAMP_MIN_VALUE;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<SpendChange>>>> shard,
      OutputReceiver<RowChange<SpendMetrics>> out) {
    Map<AccountKey, Collected> accounts = new HashMap<>();
    for (List<TimestampedValue<SpendChange>> changes : shard.getValue()) {
      for (TimestampedValue<SpendChange> change : changes) {
        AccountKey key = AccountKey.of(change.getValue());
        collect(change, accounts.computeIfAbsent(key, k -> new Collected()));
      }
    }
    accounts.forEach((key, collected) -> emit(key, collected, out));
  }

  private void collect(TimestampedValue<SpendChange> element, Collected collected) {
    SpendChange change = element.getValue();
    long pane = plan.paneOf(change.getTimestamp());
    collected.panes.keep(
        pane, collected.panes.amounts(pane).plus(change.getCents(), change.getCount()));
    collected.lastCommit = Math.max(collected.lastCommit, change.getCommitMs());
    if (element.getTimestamp().isAfter(collected.last)) {
      collected.last = element.getTimestamp();
    }
  }

  private void emit(
      AccountKey key, Collected collected, OutputReceiver<RowChange<SpendMetrics>> out) {
    long revision = collected.lastCommit * REVISIONS_PER_MILLISECOND;
    new AccountWindows(
            plan,
            collected.panes,
            Front.before(collected.panes.panes()),
            (type, start, summary, order) ->
                out.outputWithTimestamp(
                    SpendRows.row(key, type, start, summary, revision), collected.last))
        .end();
  }

  /** The timestamp of a group may be later than that of an element in it. */
  @Override
  @Deprecated
  public org.joda.time.Duration getAllowedTimestampSkew() {
    return org.joda.time.Duration.millis(Long.MAX_VALUE);
  }
}
