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
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * Measures what each account spends per window and currency: the last row of a window is exact,
 * whatever the order in which amounts are added and taken back, and however late within the
 * retention.
 *
 * <p>Windows are over the transactions' own times. From unbounded input a row is emitted when the
 * stream's event time passes the window's end, at once where it has passed already, and again each
 * time a change alters it; a window that became empty is a deletion of which only the key means
 * something. An amount that is taken back before it was added counts for nothing until it is. From
 * bounded input each window that holds something in the end is emitted once. Positions grow with
 * each row of a window.
 *
 * <p>What a change costs does not depend on how many windows hold it, unless they have ended: all
 * windows share one set of panes. State is kept for the retention and the longest window, a day and
 * up to a quarter of the retention longer; a change that is later than that is counted as {@code
 * spend_too_late} and changes nothing. The window types are part of the state: a savepoint is only
 * good for those it was taken with.
 *
 * <p>Input is in the global window. A window's sum is exact below 10<sup>16</sup> in its currency.
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
   * In {@link WindowTypes#standard}.
   *
   * @param retention how long after its own time a transaction may change; what comes later is to
   *     be kept out before
   * @param shards how many places the accounts of bounded input are spread over
   */
  public static MeasureSpend inStandardWindows(Duration retention, int shards) {
    return in(WindowTypes.standard(), retention, shards);
  }

  /**
   * @param types each of another name
   * @param retention how long after its own time a transaction may change; what comes later is to
   *     be kept out before
   * @param shards how many places the accounts of bounded input are spread over
   * @throws IllegalArgumentException where there is no type, two have one name, the retention is
   *     below 0, or there is no shard
   */
  public static MeasureSpend in(List<WindowType> types, Duration retention, int shards) {
    if (shards <= 0) {
      throw new IllegalArgumentException("the number of shards must be above 0 and is " + shards);
    }
    return new MeasureSpend(
        new WindowPlan(types, java.time.Duration.ofMillis(retention.getMillis())), shards);
  }

  @Override
  public PCollection<RowChange<SpendMetrics>> expand(PCollection<SpendChange> changes) {
    SingleObjectCoder<SpendChange> coder = SingleObjectCoder.of(SpendChange.class);
    PCollection<RowChange<SpendMetrics>> rows =
        Fork.of(
            changes,
            arriving ->
                arriving
                    .apply(
                        "KeyByAccount",
                        WithKeys.<String, SpendChange>of(change -> AccountKey.of(change).text())
                            .withKeyType(TypeDescriptors.strings()))
                    .setCoder(KvCoder.of(StringUtf8Coder.of(), coder))
                    .apply("MeasureArrived", ParDo.of(new MeasureArrived(plan))),
            complete ->
                complete
                    .apply("KeyByShard", Shards.of(shards, SpendChange::getAccountNumber))
                    .apply("GroupByShard", GroupByKey.create())
                    .apply("MeasureSorted", ParDo.of(new MeasureSorted(plan))));
    return rows.setCoder(RowChangeCoder.of(SingleObjectCoder.of(SpendMetrics.class)));
  }
}
