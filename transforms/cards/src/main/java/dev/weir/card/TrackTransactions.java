package dev.weir.card;

import dev.weir.card.TransactionOutcome.Pending;
import dev.weir.card.TransactionOutcome.Refused;
import dev.weir.card.TransactionOutcome.Settled;
import dev.weir.card.TransactionOutcome.Spend;
import dev.weir.card.TransactionOutcome.Unmeasured;
import dev.weir.cdc.Routes;
import dev.weir.cdc.TrackChanges;
import dev.weir.cdc.TrackedChanges;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.spend.SpendChange;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Tracks each transaction through its changes. A transaction is either pending or settled, never
 * both, and its amount in the windows is retracted before another one is added. A change that is
 * older than the transaction's last change, or a repeat of it, is dropped and counted.
 */
public final class TrackTransactions
    extends PTransform<PCollection<TransactionChange>, TrackTransactions.Tracked> {
  private static final long serialVersionUID = 1L;
  private static final String TABLE = "transactions";
  static final TupleTag<TransactionVersion> SETTLED = new TupleTag<>("settled");
  private static final TupleTag<RowChange<Transaction>> PENDING = new TupleTag<>("pending");
  static final TupleTag<SpendChange> SPEND = new TupleTag<>("spend");
  private static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused");

  /** The outputs of {@link TrackTransactions}. */
  public record Tracked(PCollectionTuple outputs) implements TrackedChanges {
    public PCollection<TransactionVersion> settled() {
      return outputs.get(SETTLED);
    }

    /** Returns the pending transactions, a changelog by {@code txn_id}. */
    public PCollection<RowChange<Transaction>> pending() {
      return outputs.get(PENDING);
    }

    /** Returns the amounts to add to the windows or to retract. */
    public PCollection<SpendChange> spend() {
      return outputs.get(SPEND);
    }

    /** Adds the dead letters to {@code list}. */
    public Tracked failuresTo(List<PCollection<DeadLetter>> list) {
      list.add(outputs.get(REFUSED));
      return this;
    }
  }

  private final Duration retention;
  private final Duration kept;
  private final int shards;

  private TrackTransactions(Duration retention, Duration kept, int shards) {
    this.retention = retention;
    this.kept = kept;
    this.shards = shards;
  }

  /**
   * @param retention how long after a transaction's own timestamp its changes are measured; a later
   *     change becomes a dead letter {@code TOO_LATE} and is missing only from the windows
   * @param shards the number of shards for the transactions
   */
  public static TrackTransactions of(Duration retention, int shards) {
    if (retention.getMillis() <= 0) {
      throw new IllegalArgumentException("the retention must be above 0, not " + retention);
    }
    return new TrackTransactions(retention, retention, shards);
  }

  /**
   * Keeps the state of a transaction at least as long as downstream steps keep the output, because
   * a transaction that this step has forgotten must not reappear downstream.
   *
   * @param atLeast how long downstream steps keep the output; no effect unless longer than the
   *     retention
   */
  public TrackTransactions keeping(Duration atLeast) {
    Duration longer = atLeast.isLongerThan(retention) ? atLeast : retention;
    return new TrackTransactions(retention, longer, shards);
  }

  @Override
  public Tracked expand(PCollection<TransactionChange> changes) {
    PCollectionTuple outputs =
        changes.apply(
            "Track",
            TrackChanges.by(
                new TransactionTracker(retention, kept),
                TrackedTransaction.class,
                new ByOutcome(),
                TABLE,
                shards));
    outputs.get(SETTLED).setCoder(SingleObjectCoder.of(TransactionVersion.class));
    outputs.get(PENDING).setCoder(RowChangeCoder.of(SingleObjectCoder.of(Transaction.class)));
    outputs.get(SPEND).setCoder(SingleObjectCoder.of(SpendChange.class));
    outputs.get(REFUSED).setCoder(DeadLetters.coder());
    return new Tracked(outputs);
  }

  /** Counts each outcome and emits it to the output of its type. */
  static final class ByOutcome implements Routes<TransactionOutcome> {
    private static final long serialVersionUID = 1L;
    private static final Counter PENDING_CHANGES = Metrics.counter("weir", "pending_changes");
    private static final Counter SETTLED_CHANGES = Metrics.counter("weir", "settled_changes");
    private static final Counter TOO_LATE = Metrics.counter("weir", "changes_too_late");
    private static final Counter DEAD_LETTERS = Metrics.counter("weir", "dead_letters");

    @Override
    public TupleTagList outputs() {
      return TupleTagList.of(SETTLED).and(PENDING).and(SPEND).and(REFUSED);
    }

    @Override
    public void emit(TransactionOutcome outcome, Instant timestamp, MultiOutputReceiver receiver) {
      if (outcome instanceof Settled settled) {
        SETTLED_CHANGES.inc();
        receiver.get(SETTLED).outputWithTimestamp(settled.version(), timestamp);
      } else if (outcome instanceof Pending pending) {
        PENDING_CHANGES.inc();
        receiver.get(PENDING).outputWithTimestamp(pending.change(), timestamp);
      } else if (outcome instanceof Spend spend) {
        receiver.get(SPEND).outputWithTimestamp(spend.change(), timestamp);
      } else if (outcome instanceof Refused refused) {
        TOO_LATE.inc();
        DEAD_LETTERS.inc();
        receiver.get(REFUSED).outputWithTimestamp(refused.letter(), timestamp);
      } else if (outcome instanceof Unmeasured) {
        TOO_LATE.inc();
      } else {
        throw new IllegalStateException("no output for " + outcome.getClass());
      }
    }
  }
}
