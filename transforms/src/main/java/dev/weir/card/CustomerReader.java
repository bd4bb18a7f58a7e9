package dev.weir.card;

import dev.weir.cdc.ChangedRow;
import dev.weir.cdc.Envelope;
import dev.weir.cdc.Operation;
import dev.weir.intake.RawRecord;
import dev.weir.intake.UnreadableRecord;
import java.util.Optional;

/** Reads change events of the table {@code customers}. */
final class CustomerReader {
  private CustomerReader() {}

  /**
   * Null for a tombstone.
   *
   * @param timeDropped called for each time that a table cannot hold and no rule needs, which
   *     becomes null
   */
  static CustomerChange read(RawRecord raw, Runnable timeDropped) throws UnreadableRecord {
    Optional<Envelope> read = Envelope.read(raw.bytes());
    if (read.isEmpty()) {
      return null;
    }
    Envelope envelope = read.get();
    ChangedRow row = envelope.row();
    String account = row.requiredId("account_number");
    Customer customer =
        envelope.operation() == Operation.d
            ? null
            : new Customer(
                account,
                row.text("customer_name"),
                row.text("email"),
                row.text("phone_number"),
                row.localTime("date_of_birth", timeDropped),
                row.text("city"),
                row.time("created_at", timeDropped));
    return new CustomerChange(envelope.source(raw.origin()), account, customer, 0L);
  }
}
