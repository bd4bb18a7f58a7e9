package dev.weir.spend;

import dev.weir.changelog.RowChange;
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
import org.joda.time.Instant;

/**
 * Emits the rows of an account when its windows end, and again when late changes arrive. While
 * there is state, one timer per account is set: for the next end of a window that can be non-empty,
 * or for the next sweep.
 *
 * <p>There is no {@code @OnWindowExpiration}: at the end of the stream, and therefore in a drain,
 * event time passes the timer, which then emits all remaining rows and clears the state. A window
 * expiration would cost a second timer per account, set again for every element and kept after the
 * account becomes idle.
 */
final class MeasureArrived extends DoFn<KV<String, AccountChanges>, RowChange<SpendMetrics>> {
  private static final long serialVersionUID = 1L;
  private static final Counter TOO_LATE = Metrics.counter("weir", "spend_too_late");

  @StateId("front")
  private final StateSpec<ValueState<Front>> frontSpec = StateSpecs.value(new FrontCoder());

  @StateId("amounts")
  private final StateSpec<MapState<Long, Amounts>> amountsSpec =
      StateSpecs.map(VarLongCoder.of(), new AmountsCoder());

  @StateId("tree")
  private final StateSpec<MapState<Long, Block>> treeSpec =
      StateSpecs.map(VarLongCoder.of(), new BlockCoder());

  @TimerId("next")
  private final TimerSpec nextSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final WindowPlan plan;

  MeasureArrived(WindowPlan plan) {
    this.plan = plan;
  }

  @ProcessElement
  public void process(
      @Element KV<String, AccountChanges> element,
      BoundedWindow window,
      @StateId("front") ValueState<Front> front,
      @StateId("amounts") MapState<Long, Amounts> amounts,
      @StateId("tree") MapState<Long, Block> tree,
      @TimerId("next") Timer next,
      OutputReceiver<RowChange<SpendMetrics>> out) {
    long now = next.getCurrentRelativeTime().getMillis();
    Front before = front.read();
    AccountWindows windows =
        new AccountWindows(
            plan,
            new StateStore(amounts, tree),
            before == null ? Front.at(plan.paneOf(now)) : before,
            rows(AccountKey.parse(element.getKey()), out));
    int tooLate = windows.change(element.getValue(), now);
    if (tooLate > 0) {
      TOO_LATE.inc(tooLate);
    }
    keep(windows, before, front, window, next);
  }

  @OnTimer("next")
  public void next(
      @Key String text,
      BoundedWindow window,
      @StateId("front") ValueState<Front> front,
      @StateId("amounts") MapState<Long, Amounts> amounts,
      @StateId("tree") MapState<Long, Block> tree,
      @TimerId("next") Timer next,
      OutputReceiver<RowChange<SpendMetrics>> out) {
    Front before = front.read();
    if (before == null) {
      return;
    }
    long now = next.getCurrentRelativeTime().getMillis();
    // The timer may be set for a later time by now; then nothing happens.
    AccountWindows windows =
        new AccountWindows(
            plan, new StateStore(amounts, tree), before, rows(AccountKey.parse(text), out));
    if (now >= window.maxTimestamp().getMillis()) {
      windows.end();
    } else {
      windows.advance(now);
    }
    keep(windows, null, front, window, next);
  }

  /**
   * @param before the front for which the timer is set; null if the timer is not set or has fired
   */
  private static void keep(
      AccountWindows windows,
      Front before,
      ValueState<Front> front,
      BoundedWindow window,
      Timer next) {
    if (!windows.finish() && before != null) {
      return;
    }
    Front after = windows.front();
    if (after == null) {
      front.clear();
      return;
    }
    front.write(after);
    if (before == null || before.armed() != after.armed()) {
      long last = window.maxTimestamp().getMillis();
      next.set(Instant.ofEpochMilli(Math.min(after.armed(), last)));
    }
  }

  private static AccountWindows.Rows rows(
      AccountKey key, OutputReceiver<RowChange<SpendMetrics>> out) {
    return (type, start, summary, revision) ->
        out.output(SpendRows.row(key, type, start, summary, revision));
  }
}
