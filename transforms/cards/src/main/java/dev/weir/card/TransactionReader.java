package dev.weir.card;

import dev.weir.cdc.ChangedRow;
import dev.weir.cdc.Envelope;
import dev.weir.cdc.Operation;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.util.Optional;

/** Reads change events of the table {@code transactions}. */
public final class TransactionReader {
  private static final String KEY = "txn_id";
  private static final String DEFAULT_CURRENCY = "USD";
  private static final int AMOUNT_DIGITS = 10;
  private static final int AMOUNT_DECIMALS = 2;

  private TransactionReader() {}

  /**
   * Returns null for a tombstone.
   *
   * @param currencyDefaulted called if the currency is null, which stands for the table's default
   */
  public static TransactionChange read(RawRecord raw, Runnable currencyDefaulted)
      throws UnreadableRecord {
    Optional<Envelope> read = Envelope.read(raw.bytes());
    if (read.isEmpty()) {
      return null;
    }
    Envelope envelope = read.get();
    ChangedRow row = envelope.row();
    String id = row.requiredId(KEY);
    Transaction transaction =
        envelope.operation() == Operation.d
            ? null
            : new Transaction(
                id,
                row.requiredId("account_number"),
                row.requiredTime("timestamp"),
                row.requiredDecimal("amount", AMOUNT_DIGITS, AMOUNT_DECIMALS),
                row.textOr("currency", DEFAULT_CURRENCY),
                row.text("merchant"),
                row.text("location"),
                row.requiredText("status"),
                row.text("transaction_type"));
    if (transaction != null && row.isNull("currency")) {
      currencyDefaulted.run();
    }
    return new TransactionChange(envelope.source(raw.origin()), id, transaction);
  }

  /**
   * Returns the change of a dead letter, without its row; null if its key could not be read either.
   */
  static TransactionChange standIn(RawRecord raw, UnreadableRecord why) {
    return Envelope.keyed(raw, KEY, why)
        .map(change -> new TransactionChange(change.source(), change.key(), null))
        .orElse(null);
  }
}
