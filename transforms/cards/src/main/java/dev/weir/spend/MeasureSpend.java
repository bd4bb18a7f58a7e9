package dev.weir.spend;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Measures what each account spends per window and currency. The last row of a window is exact,
 * regardless of the order in which amounts are added and retracted and of how late they arrive
 * within the retention.
 *
 * <p>Windows are based on the transactions' own timestamps. On unbounded input, a row is emitted
 * when the stream's event time passes the end of the window (immediately if it already has), and
 * again each time a change alters the window. A window that becomes empty is emitted as a deletion
 * in which only the key is meaningful. An amount that is retracted before it is added does not
 * count in the meantime. On bounded input, each window that is not empty in the end is emitted
 * once. Positions increase with each row of a window.
 *
 * <p>The changes of a bundle are added up per account and pane before they are sent to their
 * account, so that state is read and written once for many changes. They lead to one row per window
 * instead of one per change. A row's position depends on the sequence of the account's changes, and
 * not on where bundles are cut.
 *
 * <p>All windows share one set of panes, so that the cost of a change does not depend on how many
 * windows contain it, unless they have already ended. State is kept for the retention plus the
 * longest window, and then for another day and up to a quarter of the retention. A change whose
 * pane ended at least one day plus the retention before the stream's event time is counted as
 * {@code spend_too_late} and ignored. The window types are part of the state: a savepoint can be
 * restored only with the types it was taken with.
 *
 * <p>The input must be in the global window. A window's sum is exact below 10<sup>16</sup> in its
 * currency.
 */
public final class MeasureSpend
    extends PTransform<PCollection<SpendChange>, PCollection<RowChange<SpendMetrics>>> {
  private static final long serialVersionUID = 1L;

  private final WindowPlan plan;
  private final int shards;

  private MeasureSpend(WindowPlan plan, int shards) {
    this.plan = plan;
    this.shards = shards;
  }

  /**
   * Measures in the windows of {@link WindowType#standard}.
   *
   * @param retention how long after its own timestamp a transaction may change; later changes must
   *     be filtered out upstream
   * @param shards the number of shards for the accounts of bounded input
   */
  public static MeasureSpend inStandardWindows(Duration retention, int shards) {
    return in(WindowType.standard(), retention, shards);
  }

  /**
   * @param types the window types, with distinct names
   * @param retention how long after its own timestamp a transaction may change; later changes must
   *     be filtered out upstream
   * @param shards the number of shards for the accounts of bounded input
   * @throws IllegalArgumentException if there is no type, two types have the same name, the
   *     retention is negative, or {@code shards} is not above 0
   */
  public static MeasureSpend in(List<WindowType> types, Duration retention, int shards) {
    if (shards <= 0) {
      throw new IllegalArgumentException("the number of shards must be above 0, not " + shards);
    }
    return new MeasureSpend(
        new WindowPlan(types, java.time.Duration.ofMillis(retention.getMillis())), shards);
  }

  @Override
  public PCollection<RowChange<SpendMetrics>> expand(PCollection<SpendChange> changes) {
    PCollection<RowChange<SpendMetrics>> rows =
        Fork.of(
            changes,
            arriving ->
                arriving
                    .apply("AddUpChanges", ParDo.of(new AddUpChanges(plan)))
                    .setCoder(KvCoder.of(StringUtf8Coder.of(), new AccountChangesCoder()))
                    .apply("MeasureArrived", ParDo.of(new MeasureArrived(plan))),
            complete ->
                complete
                    .apply("KeyByShard", Shards.of(shards, SpendChange::getAccountNumber))
                    .apply("GroupByShard", GroupByKey.create())
                    .apply("MeasureSorted", ParDo.of(new MeasureSorted(plan))));
    return rows.setCoder(RowChangeCoder.of(SingleObjectCoder.of(SpendMetrics.class)));
  }
}
