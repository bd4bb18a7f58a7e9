package dev.weir.generate;

import java.time.Instant;
import java.util.List;

/**
 * What an application of the bank does to its database in one transaction.
 *
 * @param at when it does it
 * @param changes one, but for a customer that leaves: then the transactions', and the customer's
 */
public record CardOperation(Kind kind, Instant at, List<Change> changes) {

  /** Why the bank does it. */
  public enum Kind {
    NEW_CUSTOMER("new customers"),
    NEW_TRANSACTION("new transactions"),
    /** A pending transaction is completed or has failed. */
    SETTLEMENT("settlements"),
    /** The amount of a transaction was wrong. */
    CORRECTION("corrections"),
    /** A customer has another e-mail address or lives elsewhere. */
    CUSTOMER_CHANGE("changed customers"),
    DELETED_TRANSACTION("deleted transactions"),
    /** A customer leaves, and so do all its transactions. */
    DELETED_CUSTOMER("deleted customers");

    private final String plural;

    Kind(String plural) {
      this.plural = plural;
    }

    @Override
    public String toString() {
      return plural;
    }
  }

  /** What happens to a row. */
  public enum Action {
    INSERT,
    UPDATE,
    DELETE
  }

  /**
   * One row's change.
   *
   * @param row as it is afterwards; a deleted one as it was
   */
  public record Change(Action action, BankRow row) {}
}
