package dev.weir.card;

import dev.weir.card.TransactionOutcome.Pending;
import dev.weir.card.TransactionOutcome.Refused;
import dev.weir.card.TransactionOutcome.Settled;
import dev.weir.card.TransactionOutcome.Spend;
import dev.weir.card.TransactionOutcome.Unmeasured;
import dev.weir.cdc.ChangeOrder;
import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.Operation;
import dev.weir.cdc.RowProgress;
import dev.weir.cdc.Tracker;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.deadletter.DeadLetters;
import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.spend.SpendChange;
import java.util.Map;
import java.util.function.Consumer;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Derives the outcomes of a transaction's changes: the transaction becomes pending or settled and
 * leaves the other side, and its amount is added to the windows or retracted. Its previous version
 * comes from state, because a delete contains only the key and an update does not contain the row
 * that it replaces.
 */
final class TransactionTracker
    implements Tracker<TransactionChange, TrackedTransaction, TransactionOutcome> {
  private static final long serialVersionUID = 1L;
  private static final String PENDING = "PENDING";
  private static final String COMPLETED = "COMPLETED";
  private static final String STAGE = "measure-spend";
  private static final String NO_ACCOUNT = "";

  private final long retention;
  private final long kept;

  /**
   * @param retention how long after a transaction's own timestamp, or after its last change,
   *     further changes are still understood
   * @param kept how long downstream steps keep a transaction, at least the retention
   */
  TransactionTracker(Duration retention, Duration kept) {
    this.retention = retention.getMillis();
    this.kept = kept.getMillis();
  }

  @Override
  public String key(TransactionChange change) {
    return change.getTxnId();
  }

  @Override
  public ChangeSource source(TransactionChange change) {
    return change.getSource();
  }

  @Override
  public ChangeSource last(TrackedTransaction state) {
    return state.getSource();
  }

  @Override
  public long revision(TrackedTransaction state) {
    return state.getRevision();
  }

  @Override
  public RowProgress progress(TrackedTransaction state) {
    return state.getProgress() == null
        ? ChangeOrder.progress(null, state.getSource())
        : state.getProgress();
  }

  @Override
  public long keepUntil(TrackedTransaction state) {
    long counted =
        state.getMeasured() == null ? Long.MIN_VALUE : state.getMeasured().getTimestamp();
    // Longer than the account's book keeps the transaction; otherwise a deleted one could reappear
    // there.
    return Math.max(state.getSource().getCommitMs(), counted) + kept + kept / 2;
  }

  @Override
  public TrackedTransaction next(
      TrackedTransaction before,
      TransactionChange change,
      RowProgress progress,
      Consumer<TransactionOutcome> now) {
    ChangeSource source = change.getSource();
    Transaction transaction = change.getTransaction();
    Side side = side(transaction);
    boolean mayHaveBeen = before == null && isLater(source);
    return TrackedTransaction.newBuilder()
        .setSource(source)
        .setProgress(progress)
        .setRevision(
            ChangeOrder.revision(before == null ? 0 : before.getRevision(), source.getCommitMs()))
        .setSide(side)
        .setAccountNumber(
            transaction != null
                ? transaction.getAccountNumber()
                : before == null ? NO_ACCOUNT : before.getAccountNumber())
        .setMeasured(measured(before, change, now))
        .setWasPending(
            side == Side.PENDING || mayHaveBeen || (before != null && before.getWasPending()))
        .setWasSettled(
            side == Side.SETTLED || mayHaveBeen || (before != null && before.getWasSettled()))
        .build();
  }

  private static Side side(Transaction transaction) {
    if (transaction == null) {
      return Side.GONE;
    }
    return transaction.getStatus().equals(PENDING) ? Side.PENDING : Side.SETTLED;
  }

  /** Returns whether other changes must have come before it. */
  private static boolean isLater(ChangeSource source) {
    return source.getOperation() == Operation.u || source.getOperation() == Operation.d;
  }

  /**
   * Measures a change completely or not at all; otherwise a transaction would count twice or in
   * part.
   */
  private MeasuredSpend measured(
      TrackedTransaction before, TransactionChange change, Consumer<TransactionOutcome> now) {
    MeasuredSpend counted = before == null ? null : before.getMeasured();
    MeasuredSpend wanted = spend(change.getTransaction());
    long earliest = Long.MAX_VALUE;
    if (counted != null) {
      earliest = counted.getTimestamp();
    }
    if (wanted != null) {
      earliest = Math.min(earliest, wanted.getTimestamp());
    }
    long commit = change.getSource().getCommitMs();
    if (before == null && mayHaveCounted(change, wanted)) {
      now.accept(tooLate(change, "the counted amount of the transaction is no longer in state"));
    } else if (earliest < commit - retention && !isSame(counted, wanted)) {
      // An old row that a snapshot reads is not a late change.
      now.accept(
          change.getSource().getOperation() == Operation.r
              ? new Unmeasured()
              : tooLate(change, "timestamp is older than the retention"));
      return counted;
    }
    return wanted;
  }

  /** Returns whether a change of an unknown transaction may have to retract an amount. */
  private boolean mayHaveCounted(TransactionChange change, MeasuredSpend wanted) {
    Transaction transaction = change.getTransaction();
    if (transaction == null) {
      return true;
    }
    long earliest = change.getSource().getCommitMs() - retention;
    return wanted == null
        && isLater(change.getSource())
        && transaction.getTimestamp().toEpochMilli() < earliest;
  }

  private static boolean isSame(MeasuredSpend counted, MeasuredSpend wanted) {
    return counted != null && counted.equals(wanted);
  }

  private static MeasuredSpend spend(Transaction transaction) {
    return transaction == null || !transaction.getStatus().equals(COMPLETED)
        ? null
        : new MeasuredSpend(
            transaction.getAccountNumber(),
            transaction.getCurrency(),
            transaction.getTimestamp().toEpochMilli(),
            transaction.getAmount().movePointRight(2).longValueExact());
  }

  private static TransactionOutcome tooLate(TransactionChange change, String detail) {
    ChangeSource source = change.getSource();
    Instant commit = Instant.ofEpochMilli(source.getCommitMs());
    return new Refused(
        DeadLetters.of(
            STAGE,
            new UnreadableRecord(Reason.TOO_LATE, detail).at(commit),
            new Origin(source.getSource(), source.getPartition(), source.getPosition()),
            commit));
  }

  @Override
  public void emitChange(
      TrackedTransaction before,
      TrackedTransaction after,
      TransactionChange change,
      Consumer<TransactionOutcome> out) {
    // Includes snapshots: they do not show what happened to a row while the log was not being read.
    boolean unknown = before == null && change.getSource().getOperation() != Operation.c;
    boolean wasPending = unknown || (before != null && before.getSide() == Side.PENDING);
    boolean wasSettled = unknown || (before != null && before.getSide() == Side.SETTLED);
    emitPending(after, change, wasPending, out);
    String account = before == null ? after.getAccountNumber() : before.getAccountNumber();
    if (wasSettled
        && after.getSide() == Side.SETTLED
        && !account.equals(after.getAccountNumber())) {
      out.accept(settled(after, change, account, null, false));
    }
    emitSettled(after, change, account, wasSettled, out);
    emitSpend(before == null ? null : before.getMeasured(), after.getMeasured(), change, out);
  }

  @Override
  public void emitFinal(
      TrackedTransaction state, TransactionChange last, Consumer<TransactionOutcome> out) {
    emitPending(state, last, state.getWasPending(), out);
    emitSettled(state, last, state.getAccountNumber(), state.getWasSettled(), out);
    emitSpend(null, state.getMeasured(), last, out);
  }

  /** Emits the amount, which stays counted: later changes are too late to retract it. */
  @Override
  public void emitExpired(
      TrackedTransaction state, TransactionChange last, Consumer<TransactionOutcome> out) {
    emitSpend(null, state.getMeasured(), last, out);
  }

  private static void emitPending(
      TrackedTransaction after,
      TransactionChange change,
      boolean was,
      Consumer<TransactionOutcome> out) {
    boolean is = after.getSide() == Side.PENDING;
    Position position = new Position(after.getRevision(), 0);
    if (is) {
      out.accept(new Pending(RowChange.upsert(change.getTransaction(), position)));
    } else if (was) {
      out.accept(
          new Pending(
              RowChange.delete(Transaction.class, Map.of("txn_id", change.getTxnId()), position)));
    }
  }

  /**
   * @param account the account that had the transaction before
   */
  private static void emitSettled(
      TrackedTransaction after,
      TransactionChange change,
      String account,
      boolean was,
      Consumer<TransactionOutcome> out) {
    if (after.getSide() == Side.SETTLED) {
      out.accept(settled(after, change, after.getAccountNumber(), change.getTransaction(), false));
    } else if (was) {
      out.accept(settled(after, change, account, null, true));
    }
  }

  private static TransactionOutcome settled(
      TrackedTransaction after,
      TransactionChange change,
      String account,
      Transaction transaction,
      boolean gone) {
    return new Settled(
        TransactionVersion.newBuilder()
            .setTxnId(change.getTxnId())
            .setAccountNumber(account)
            .setCommitMs(change.getSource().getCommitMs())
            .setRevision(after.getRevision())
            .setTransaction(transaction)
            .setGone(gone)
            .build());
  }

  private static void emitSpend(
      MeasuredSpend before,
      MeasuredSpend after,
      TransactionChange change,
      Consumer<TransactionOutcome> out) {
    if (isSame(before, after)) {
      return;
    }
    if (before != null) {
      out.accept(spend(before, -1, change));
    }
    if (after != null) {
      out.accept(spend(after, 1, change));
    }
  }

  private static TransactionOutcome spend(MeasuredSpend spend, int count, TransactionChange cause) {
    return new Spend(
        new SpendChange(
            spend.getAccountNumber(),
            spend.getCurrency(),
            spend.getTimestamp(),
            spend.getCents(),
            count,
            cause.getSource().getCommitMs()));
  }
}
