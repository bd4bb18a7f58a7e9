package dev.weir.card;

import dev.weir.cdc.TrackChanges;
import dev.weir.cdc.TrackedChanges;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.spend.SpendChange;
import java.math.BigDecimal;
import java.time.Instant;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;

/**
 * Follows each transaction through its changes: it is among the pending ones or among the settled
 * ones, never both, and what it counts for in the windows is taken back before it counts for
 * anything else. What is older than a transaction's last change, or a repeat of it, is dropped and
 * counted.
 */
public final class TrackTransactions
    extends PTransform<PCollection<TransactionChange>, TrackedTransactions> {
  private static final long serialVersionUID = 1L;
  private static final String TABLE = "transactions";

  private final Duration retention;
  private final Duration kept;
  private final int shards;

  private TrackTransactions(Duration retention, Duration kept, int shards) {
    this.retention = retention;
    this.kept = kept;
    this.shards = shards;
  }

  /**
   * @param retention how long after a transaction's own time its changes are measured; a change
   *     that comes later is a dead letter {@code TOO_LATE}, and only the windows miss it
   * @param shards how many places the transactions are spread over
   */
  public static TrackTransactions of(Duration retention, int shards) {
    if (retention.getMillis() <= 0) {
      throw new IllegalArgumentException("the retention must be above 0 and is " + retention);
    }
    return new TrackTransactions(retention, retention, shards);
  }

  /**
   * @param atLeast how long steps further on keep what comes out of this one, where that is longer
   *     than the retention: what this step has forgotten must not come back there
   */
  public TrackTransactions keeping(Duration atLeast) {
    Duration longer = atLeast.isLongerThan(retention) ? atLeast : retention;
    return new TrackTransactions(retention, longer, shards);
  }

  @Override
  public TrackedTransactions expand(PCollection<TransactionChange> changes) {
    TupleTag<TransactionVersion> settled = new TupleTag<>() {};
    TupleTag<RowChange<Transaction>> pending = new TupleTag<>() {};
    TupleTag<SpendChange> spend = new TupleTag<>() {};
    TupleTag<DeadLetter> refused = new TupleTag<>() {};
    TrackedChanges<TransactionOutcome> tracked =
        changes.apply(
            "Track",
            TrackChanges.by(
                new TransactionTracker(retention, kept),
                TrackedTransaction.class,
                SingleObjectCoder.of(TransactionOutcome.class),
                TABLE,
                shards));
    PCollectionTuple outcomes =
        tracked
            .outcomes()
            .apply(
                "SplitOutcomes",
                ParDo.of(new Split(settled, pending, spend, refused))
                    .withOutputTags(settled, TupleTagList.of(pending).and(spend).and(refused)));
    return new TrackedTransactions(
        changes.getPipeline(),
        outcomes.get(settled).setCoder(SingleObjectCoder.of(TransactionVersion.class)),
        outcomes.get(pending).setCoder(RowChangeCoder.of(SingleObjectCoder.of(Transaction.class))),
        outcomes.get(spend).setCoder(SingleObjectCoder.of(SpendChange.class)),
        tracked.staleRows(),
        outcomes.get(refused).setCoder(DeadLetters.coder()));
  }

  private static final class Split extends DoFn<TransactionOutcome, TransactionVersion> {
    private static final long serialVersionUID = 1L;
    private static final Counter PENDING = Metrics.counter("weir", "pending_changes");
    private static final Counter SETTLED = Metrics.counter("weir", "settled_changes");
    private static final Counter TOO_LATE = Metrics.counter("weir", "changes_too_late");
    private static final Counter DEAD_LETTERS = Metrics.counter("weir", "dead_letters");

    private final TupleTag<TransactionVersion> settled;
    private final TupleTag<RowChange<Transaction>> pending;
    private final TupleTag<SpendChange> spend;
    private final TupleTag<DeadLetter> refused;

    Split(
        TupleTag<TransactionVersion> settled,
        TupleTag<RowChange<Transaction>> pending,
        TupleTag<SpendChange> spend,
        TupleTag<DeadLetter> refused) {
      this.settled = settled;
      this.pending = pending;
      this.spend = spend;
      this.refused = refused;
    }

    @ProcessElement
    public void process(@Element TransactionOutcome outcome, MultiOutputReceiver out) {
      if (outcome.getSettled() != null) {
        SETTLED.inc();
        out.get(settled).output(outcome.getSettled());
      } else if (outcome.getPending() != null) {
        PENDING.inc();
        out.get(pending).output(row(outcome.getPending()));
      } else if (outcome.getSpend() != null) {
        out.get(spend).output(outcome.getSpend());
      } else if (outcome.getUnmeasured()) {
        TOO_LATE.inc();
      } else {
        TOO_LATE.inc();
        DEAD_LETTERS.inc();
        out.get(refused).output(outcome.getRefused());
      }
    }

    private static RowChange<Transaction> row(PendingVersion version) {
      Position position = new Position(version.getRevision(), 0);
      return version.getTransaction() == null
          ? RowChange.delete(keyOnly(version.getTxnId()), position)
          : RowChange.upsert(version.getTransaction(), position);
    }

    /** A row of which only the primary key counts. */
    private static Transaction keyOnly(String id) {
      return new Transaction(
          id, "", Instant.EPOCH, BigDecimal.valueOf(0, 2), "", null, null, "", null);
    }
  }
}
