package dev.weir.scoring;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;

/**
 * What the fraud model is told about a transaction. It prints as its id alone: accounts and places
 * are nobody's business but the scorer's.
 *
 * @param amount in the transaction's own currency
 * @param merchant null where it is not known
 * @param location null where it is not known
 * @param txTime when the transaction was made
 */
public record TransactionQuestion(
    String txnId,
    String accountNumber,
    BigDecimal amount,
    String merchant,
    String location,
    Instant txTime) {

  public TransactionQuestion {
    Objects.requireNonNull(txnId, "txnId");
    Objects.requireNonNull(accountNumber, "accountNumber");
    Objects.requireNonNull(amount, "amount");
    Objects.requireNonNull(txTime, "txTime");
  }

  @Override
  public String toString() {
    return "question about " + txnId;
  }
}
