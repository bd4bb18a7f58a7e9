package dev.weir.cdc;

import dev.weir.card.TrackedCustomer;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.joda.time.Duration;

/** Rows that consist of their last change, for tests of the steps that track changes. */
final class Ticks implements Tracker<ChangeSource, TrackedCustomer, String> {
  private static final long serialVersionUID = 1L;
  static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");
  static final Duration RETENTION = Duration.standardHours(24);

  /** The prefix of keys whose state is kept forever. */
  static final String FOR_EVER = "ever";

  static ChangeSource tick(String key, java.time.Duration afterNoon, long lsn) {
    return new ChangeSource(
        Operation.u, NOON.plus(afterNoon).toEpochMilli(), lsn, key, 0, Math.max(lsn, 0), -1L, null);
  }

  static ChangeSource tick(String key, long minutes) {
    return tick(key, java.time.Duration.ofMinutes(minutes), 1_000 + minutes);
  }

  @Override
  public String key(ChangeSource change) {
    return change.getSource();
  }

  @Override
  public ChangeSource source(ChangeSource change) {
    return change;
  }

  @Override
  public ChangeSource last(TrackedCustomer state) {
    return state.getSource();
  }

  @Override
  public long revision(TrackedCustomer state) {
    return ChangeOrder.revision(0, state.getSource().getCommitMs()) + state.getRevision();
  }

  @Override
  public RowProgress progress(TrackedCustomer state) {
    return state.getProgress();
  }

  @Override
  public TrackedCustomer next(
      TrackedCustomer before, ChangeSource change, RowProgress progress, Consumer<String> now) {
    return new TrackedCustomer(change, before == null ? 1 : before.getRevision() + 1, progress);
  }

  @Override
  public void emitChange(
      TrackedCustomer before, TrackedCustomer after, ChangeSource change, Consumer<String> out) {
    out.accept(text(after));
  }

  @Override
  public void emitFinal(TrackedCustomer state, ChangeSource last, Consumer<String> out) {
    out.accept(text(state));
  }

  @Override
  public void emitExpired(TrackedCustomer state, ChangeSource last, Consumer<String> out) {
    out.accept("expired " + text(state));
  }

  /** The key, the position of its last change, and how many there were. */
  private static String text(TrackedCustomer state) {
    ChangeSource last = state.getSource();
    return String.join("|", last.getSource(), last.getLsn() + "", state.getRevision() + "");
  }

  @Override
  public long keepUntil(TrackedCustomer state) {
    return state.getSource().getSource().startsWith(FOR_EVER)
        ? Long.MAX_VALUE
        : state.getSource().getCommitMs() + RETENTION.getMillis();
  }

  /** The last outcome of each key. */
  static java.util.Map<String, String> last(List<String> outcomes) {
    java.util.Map<String, String> last = new java.util.TreeMap<>();
    outcomes.forEach(line -> last.put(line.replaceFirst("\\|.*", ""), line));
    return last;
  }
}
