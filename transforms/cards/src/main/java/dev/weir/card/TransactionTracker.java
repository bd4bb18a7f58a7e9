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
 * What a change of a transaction means: it is pending or settled, on one side and no longer on the
 * other, and it counts for a window, or no longer does. What it was before comes from state: a
 * delete knows no more than its key, an update not what it replaces.
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
   * @param retention how long after a transaction's own time, or its last change, changes of it are
   *     still understood
   */
  TransactionTracker(Duration retention) {
    this(retention, retention);
  }

  /**
   * @param kept how long steps further on keep a transaction, not shorter than the retention
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
    // Longer than the account's book has the transaction, or what is gone could come back there.
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

  /** Whether there must have been changes before it. */
  private static boolean isLater(ChangeSource source) {
    return source.getOperation() == Operation.u || source.getOperation() == Operation.d;
  }

  /** A change is measured whole or not at all: else a transaction would count twice, or by half. */
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
      now.accept(tooLate(change, "what the transaction counted for is not remembered"));
    } else if (earliest < commit - retention && !isSame(counted, wanted)) {
      // What a snapshot reads of long ago is no change that came late.
      now.accept(
          change.getSource().getOperation() == Operation.r
              ? new Unmeasured()
              : tooLate(change, "timestamp is longer ago than what is remembered"));
      return counted;
    }
    return wanted;
  }

  /** Whether a change of an unknown transaction may have to take back what it counted for. */
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
    // A snapshot too: what it does not say is what became of a row while nobody read the log.
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

  /** What it counted for stays counted: a later change of it comes too late to take it back. */
  @Override
  public void emitForgotten(
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
   * @param account that had it before
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
