package dev.weir.card;

import dev.weir.cdc.ChangeOrder;
import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.RowProgress;
import dev.weir.cdc.Tracker;
import java.util.function.Consumer;

/** Emits the changes of customers, each with its revision. */
final class CustomerTracker implements Tracker<CustomerChange, TrackedCustomer, CustomerChange> {
  private static final long serialVersionUID = 1L;

  @Override
  public String key(CustomerChange change) {
    return change.getAccountNumber();
  }

  @Override
  public ChangeSource source(CustomerChange change) {
    return change.getSource();
  }

  @Override
  public ChangeSource last(TrackedCustomer state) {
    return state.getSource();
  }

  @Override
  public long revision(TrackedCustomer state) {
    return state.getRevision();
  }

  @Override
  public RowProgress progress(TrackedCustomer state) {
    return state.getProgress() == null
        ? ChangeOrder.progress(null, state.getSource())
        : state.getProgress();
  }

  /**
   * Keeps customers forever: they are few, and a restarted connector may repeat any of their
   * changes.
   */
  @Override
  public long keepUntil(TrackedCustomer state) {
    return Long.MAX_VALUE;
  }

  /** Emits each change immediately: all of them determine who held an account at a given time. */
  @Override
  public TrackedCustomer next(
      TrackedCustomer before,
      CustomerChange change,
      RowProgress progress,
      Consumer<CustomerChange> now) {
    long revision =
        ChangeOrder.revision(
            before == null ? 0 : before.getRevision(), change.getSource().getCommitMs());
    now.accept(CustomerChange.newBuilder(change).setRevision(revision).build());
    return new TrackedCustomer(change.getSource(), revision, progress);
  }

  @Override
  public void emitChange(
      TrackedCustomer before,
      TrackedCustomer after,
      CustomerChange change,
      Consumer<CustomerChange> out) {}

  @Override
  public void emitFinal(TrackedCustomer state, CustomerChange last, Consumer<CustomerChange> out) {}
}
