package dev.weir.card;

import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.Operation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Customers and transactions for tests, around a fixed noon. */
final class Cards {
  static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");
  static final String ACCOUNT = "ACC000001";

  private Cards() {}

  static Instant minutesPast(long minutes) {
    return NOON.plus(Duration.ofMinutes(minutes));
  }

  static ChangeSource source(Operation operation, Instant commit, long lsn) {
    return new ChangeSource(
        operation, commit.toEpochMilli(), lsn, "changes.jsonl", -1, lsn, -1L, null);
  }

  static Transaction transaction(String id, String status, String amount) {
    return new Transaction(
        id, ACCOUNT, NOON, new BigDecimal(amount), "USD", "Grocer", "Paris", status, "PURCHASE");
  }

  static Transaction at(Transaction transaction, Instant timestamp) {
    return Transaction.newBuilder(transaction).setTimestamp(timestamp).build();
  }

  static Transaction of(Transaction transaction, String account) {
    return Transaction.newBuilder(transaction).setAccountNumber(account).build();
  }

  static TransactionChange change(Operation operation, Instant commit, long lsn, Transaction row) {
    return new TransactionChange(
        source(operation, commit, lsn), row.getTxnId(), operation == Operation.d ? null : row);
  }

  static TransactionVersion version(String id, Instant commit, String amount) {
    return TransactionVersion.newBuilder()
        .setTxnId(id)
        .setAccountNumber(ACCOUNT)
        .setCommitMs(commit.toEpochMilli())
        .setRevision(commit.toEpochMilli() * 1000)
        .setTransaction(transaction(id, "COMPLETED", amount))
        .setGone(false)
        .build();
  }

  static TransactionVersion gone(String id, Instant commit) {
    return TransactionVersion.newBuilder(version(id, commit, "0.00"))
        .setTransaction(null)
        .setGone(true)
        .build();
  }

  static CustomerChange customer(Instant commit, String name) {
    return new CustomerChange(
        source(Operation.u, commit, commit.toEpochMilli()),
        ACCOUNT,
        new Customer(ACCOUNT, name, name + "@example.org", "555-0100", null, name + "ville", null),
        commit.toEpochMilli() * 1000);
  }

  /** A customer whom a snapshot read at that time. */
  static CustomerChange snapshotCustomer(Instant read, String name) {
    return CustomerChange.newBuilder(customer(read, name))
        .setSource(source(Operation.r, read, 1))
        .build();
  }

  static CustomerChange customerGone(Instant commit) {
    return new CustomerChange(
        source(Operation.d, commit, commit.toEpochMilli()),
        ACCOUNT,
        null,
        commit.toEpochMilli() * 1000);
  }
}
