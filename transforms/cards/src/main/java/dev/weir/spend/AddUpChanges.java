package dev.weir.spend;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Adds up the changes of a bundle per account and pane, before they are sent to the account: one
 * access to the account's state then covers many payments. What is emitted has the earliest
 * timestamp of its changes.
 */
final class AddUpChanges extends DoFn<SpendChange, KV<String, AccountChanges>> {
  private static final long serialVersionUID = 1L;

  /** Maximum time that a change waits for others, while changes keep arriving. */
  private static final long PERIOD_NANOS = 100_000_000;

  /**
   * Changes per period that are emitted at once. A bundle may last until a checkpoint, and if a
   * slow stream pauses, waiting changes wait for the end of the bundle.
   */
  private static final int SENT_AT_ONCE = 10;

  /** Maximum number of changes that wait, up to about 500 bytes each. */
  private static final int MOST_HELD = 50_000;

  private final WindowPlan plan;
  private transient HeldChanges held;
  private transient long periodBegan;
  private transient int inPeriod;

  AddUpChanges(WindowPlan plan) {
    this.plan = plan;
  }

  @StartBundle
  public void startBundle() {
    held = new HeldChanges(plan);
  }

  @ProcessElement
  public void process(
      @Element SpendChange change,
      @Timestamp Instant timestamp,
      OutputReceiver<KV<String, AccountChanges>> out) {
    long now = System.nanoTime();
    boolean over = now - periodBegan > PERIOD_NANOS;
    if (over) {
      periodBegan = now;
      inPeriod = 0;
    }
    held.add(change, timestamp.getMillis());
    if (over || ++inPeriod <= SENT_AT_ONCE || held.size() >= MOST_HELD) {
      held.takeAll(
          (key, changes, earliest) ->
              out.outputWithTimestamp(KV.of(key.text(), changes), Instant.ofEpochMilli(earliest)));
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    held.takeAll(
        (key, changes, earliest) ->
            context.output(
                KV.of(key.text(), changes), Instant.ofEpochMilli(earliest), GlobalWindow.INSTANCE));
  }

  /** Changes are emitted with the earliest of their timestamps while a later one is current. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
