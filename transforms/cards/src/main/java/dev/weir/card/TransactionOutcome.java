package dev.weir.card;

import dev.weir.changelog.RowChange;
import dev.weir.deadletter.DeadLetter;
import dev.weir.spend.SpendChange;

/** One of the things that a change of a transaction means for the steps after it. */
sealed interface TransactionOutcome {

  /** A version of a settled transaction. */
  record Settled(TransactionVersion version) implements TransactionOutcome {}

  /** A change of a pending transaction; a delete where it is not pending any more. */
  record Pending(RowChange<Transaction> change) implements TransactionOutcome {}

  /** What counts in the windows. */
  record Spend(SpendChange change) implements TransactionOutcome {}

  /** A row of a snapshot that is too old for any window. */
  record Unmeasured() implements TransactionOutcome {}

  /** A change that is too late for the windows. */
  record Refused(DeadLetter letter) implements TransactionOutcome {}
}
