package dev.weir.card;

import dev.weir.changelog.RowChange;
import dev.weir.deadletter.DeadLetter;
import dev.weir.spend.SpendChange;

/** An outcome of a transaction's change for the steps downstream. */
sealed interface TransactionOutcome {

  /** A version of a settled transaction. */
  record Settled(TransactionVersion version) implements TransactionOutcome {}

  /** A change of a pending transaction; a deletion if it is no longer pending. */
  record Pending(RowChange<Transaction> change) implements TransactionOutcome {}

  /** An amount to add to the windows or to retract. */
  record Spend(SpendChange change) implements TransactionOutcome {}

  /** A snapshot row that is too old for any window. */
  record Unmeasured() implements TransactionOutcome {}

  /** A change that is too late for the windows. */
  record Refused(DeadLetter letter) implements TransactionOutcome {}
}
