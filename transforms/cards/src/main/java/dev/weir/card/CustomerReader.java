package dev.weir.card;

import dev.weir.cdc.ChangedRow;
import dev.weir.cdc.Envelope;
import dev.weir.cdc.Operation;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.util.Optional;

/** Reads change events of the table {@code customers}. */
public final class CustomerReader {
  private static final String KEY = "account_number";

  private CustomerReader() {}

  /**
   * Returns null for a tombstone.
   *
   * @param timeDropped called for each time that becomes null because a table cannot hold it and no
   *     rule needs it
   */
  public static CustomerChange read(RawRecord raw, Runnable timeDropped) throws UnreadableRecord {
    Optional<Envelope> read = Envelope.read(raw.bytes());
    if (read.isEmpty()) {
      return null;
    }
    Envelope envelope = read.get();
    ChangedRow row = envelope.row();
    String account = row.requiredId(KEY);
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

  /**
   * Returns the change of a dead letter, without its row; null if its key could not be read either.
   */
  static CustomerChange standIn(RawRecord raw, UnreadableRecord why) {
    return Envelope.keyed(raw, KEY, why)
        .map(change -> new CustomerChange(change.source(), change.key(), null, 0L))
        .orElse(null);
  }
}
