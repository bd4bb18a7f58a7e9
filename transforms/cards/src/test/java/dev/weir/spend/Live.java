package dev.weir.spend;

import dev.weir.changelog.RowChange;
import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * One account's state and timer, between the calls that a runner would make. State is read as a
 * state backend on disk reads it: from bytes.
 */
public final class Live {
  private static final Coder<Front> FRONT = new FrontCoder();
  private static final Coder<Amounts> AMOUNTS = new AmountsCoder();
  private static final Coder<Block> BLOCK = new BlockCoder();
  private static final Coder<AccountChanges> CHANGES = new AccountChangesCoder();

  final Value<Front> front = new Value<>();
  final Entries<Long, Amounts> amounts = new Entries<>();
  final Entries<Long, Block> tree = new Entries<>();
  final Alarm alarm = new Alarm();
  private final Receiver<RowChange<SpendMetrics>> out = new Receiver<>();
  private final HeldChanges held;
  private final MeasureArrived measure;
  private String key = "";
  private int seen;

  Live(List<WindowType> types, Duration retention) {
    WindowPlan plan = new WindowPlan(types, retention);
    held = new HeldChanges(plan);
    measure = SerializableUtils.ensureSerializable(new MeasureArrived(plan));
  }

  public static Live standard() {
    return new Live(WindowType.standard(), Duration.ofDays(10));
  }

  Live arrives(Changes... changes) {
    for (Changes change : changes) {
      arrives(change.build());
    }
    return this;
  }

  public void arrives(SpendChange change) {
    arrives(List.of(change));
  }

  /** The changes arrive added up. */
  void arrives(List<SpendChange> bundle) {
    bundle.forEach(change -> held.add(change, change.getCommitMs()));
    held.takeAll(this::arrives);
  }

  private void arrives(AccountKey account, AccountChanges changes, long time) {
    reload();
    key = account.text();
    measure.process(
        KV.of(key, again(changes, CHANGES)),
        GlobalWindow.INSTANCE,
        front,
        amounts,
        tree,
        alarm,
        out.at(Instant.ofEpochMilli(time)));
  }

  /** Advances event time, and fires the timer until it is set for a later time. */
  Live passes(java.time.Instant time) {
    return passes(new Instant(time.toEpochMilli()));
  }

  Live passes(Duration afterNoon) {
    return passes(Changes.NOON.plus(afterNoon));
  }

  public Live passes(Instant time) {
    alarm.passTo(time);
    while (alarm.isSet() && !alarm.setting().target().isAfter(time)) {
      fires();
    }
    return this;
  }

  /** Fires the timer, whether it is due or was set for a later time since. */
  void fires() {
    reload();
    alarm.fire();
    measure.next(
        key, GlobalWindow.INSTANCE, front, amounts, tree, alarm, out.at(alarm.setting().target()));
  }

  /** All rows so far. */
  public List<RowChange<SpendMetrics>> rows() {
    return out.outputs().stream().map(TimestampedValue::getValue).toList();
  }

  List<TimestampedValue<RowChange<SpendMetrics>>> timedRows() {
    return out.outputs();
  }

  /** The rows since the last call, each as its type, start and content. */
  List<String> newRows() {
    List<RowChange<SpendMetrics>> all = rows();
    List<String> newRows = all.subList(seen, all.size()).stream().map(Live::text).toList();
    seen = all.size();
    return newRows;
  }

  boolean isStateGone() {
    return front.read() == null
        && amounts.map().isEmpty()
        && tree.map().isEmpty()
        && !alarm.isSet();
  }

  private static String text(RowChange<SpendMetrics> change) {
    SpendMetrics row = change.row();
    String window =
        row.getWindowType() + " " + row.getWindowStart().toString().replaceAll(".*T|:00Z|Z", "");
    return change.delete()
        ? window + " gone"
        : window + " " + row.getTxCount() + " " + row.getTotalAmount();
  }

  private void reload() {
    if (front.read() != null) {
      front.write(again(front.read(), FRONT));
    }
    amounts.map().replaceAll((pane, held) -> again(held, AMOUNTS));
    tree.map().replaceAll((id, block) -> again(block, BLOCK));
  }

  private static <T> T again(T value, Coder<T> coder) {
    try {
      return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, value));
    } catch (CoderException e) {
      throw new AssertionError(e);
    }
  }
}
