package dev.weir.scoring;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;

/**
 * The data that the fraud model receives about a transaction. It prints as its id only, because
 * accounts and locations are meant for the model alone.
 *
 * @param amount in the transaction's own currency
 * @param merchant null if unknown
 * @param location null if unknown
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
