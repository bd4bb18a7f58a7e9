package dev.weir.generate;

import java.time.Instant;
import java.util.List;

/**
 * One transaction of a bank's application on its database.
 *
 * @param at time of the operation
 * @param changes one change, except for a customer that leaves: then its transactions' changes,
 *     followed by the customer's
 */
public record CardOperation(Kind kind, Instant at, List<Change> changes) {

  /** The reason for an operation. */
  public enum Kind {
    NEW_CUSTOMER("new customers"),
    NEW_TRANSACTION("new transactions"),
    /** A pending transaction completes or fails. */
    SETTLEMENT("settlements"),
    /** The amount of a transaction was wrong. */
    CORRECTION("corrections"),
    /** A customer changes the e-mail address or moves. */
    CUSTOMER_CHANGE("changed customers"),
    DELETED_TRANSACTION("deleted transactions"),
    /** A customer leaves and all its transactions are deleted. */
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

  /** The kind of a row's change. */
  public enum Action {
    INSERT,
    UPDATE,
    DELETE
  }

  /**
   * One row's change.
   *
   * @param row the row after the change; for a deletion, the row before it
   */
  public record Change(Action action, BankRow row) {}
}
