package dev.weir.generate;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/** A row of the bank's database, see {@code schema.sql}. {@code toString} omits personal data. */
public sealed interface BankRow {
  /** The primary key. */
  String key();

  /** The account number of the customer that the row is or belongs to. */
  String accountNumber();

  /** A row of {@code customers}. */
  record Customer(
      String accountNumber,
      String name,
      String email,
      String phone,
      LocalDate dateOfBirth,
      String city,
      Instant createdAt)
      implements BankRow {
    @Override
    public String key() {
      return accountNumber;
    }

    @Override
    public String toString() {
      return "customer " + accountNumber;
    }

    Customer withEmail(String changed) {
      return new Customer(accountNumber, name, changed, phone, dateOfBirth, city, createdAt);
    }

    Customer withCity(String changed) {
      return new Customer(accountNumber, name, email, phone, dateOfBirth, changed, createdAt);
    }
  }

  /**
   * A row of {@code transactions}.
   *
   * @param amount with two decimals
   * @param merchant null if unknown
   * @param location null if unknown
   */
  record Transaction(
      String txnId,
      String accountNumber,
      Instant timestamp,
      BigDecimal amount,
      String currency,
      String merchant,
      String location,
      String status,
      String type)
      implements BankRow {
    @Override
    public String key() {
      return txnId;
    }

    @Override
    public String toString() {
      return "transaction " + txnId + " " + status + " " + amount + " " + currency;
    }

    Transaction withStatus(String changed) {
      return new Transaction(
          txnId, accountNumber, timestamp, amount, currency, merchant, location, changed, type);
    }

    Transaction withAmount(BigDecimal changed) {
      return new Transaction(
          txnId, accountNumber, timestamp, changed, currency, merchant, location, status, type);
    }
  }
}
