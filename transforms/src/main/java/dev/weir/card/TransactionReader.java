package dev.weir.card;

import dev.weir.cdc.ChangedRow;
import dev.weir.cdc.Envelope;
import dev.weir.cdc.Operation;
import dev.weir.intake.RawRecord;
import dev.weir.intake.UnreadableRecord;
import java.util.Optional;

/** Reads change events of the table {@code transactions}. */
final class TransactionReader {
  private static final int AMOUNT_DIGITS = 10;
  private static final int AMOUNT_DECIMALS = 2;

  private TransactionReader() {}

  /** Null for a tombstone. */
  static TransactionChange read(RawRecord raw) throws UnreadableRecord {
    Optional<Envelope> read = Envelope.read(raw.bytes());
    if (read.isEmpty()) {
      return null;
    }
    Envelope envelope = read.get();
    ChangedRow row = envelope.row();
    String id = row.requiredId("txn_id");
    Transaction transaction =
        envelope.operation() == Operation.d
            ? null
            : new Transaction(
                id,
                row.requiredId("account_number"),
                row.requiredTime("timestamp"),
                row.requiredDecimal("amount", AMOUNT_DIGITS, AMOUNT_DECIMALS),
                row.requiredText("currency"),
                row.text("merchant"),
                row.text("location"),
                row.requiredText("status"),
                row.text("transaction_type"));
    return new TransactionChange(envelope.source(raw.origin()), id, transaction);
  }
}
