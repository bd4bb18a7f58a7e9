package dev.weir.it.cards;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A change event of a customer or of a transaction, as a line of a file.
 *
 * @param lsn below zero if the event has none
 */
record CardEvent(String op, Instant commit, long lsn, ObjectNode row) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ObjectNode transaction(
      String id, String account, Instant timestamp, String amount, String status) {
    return JSON.createObjectNode()
        .put("txn_id", id)
        .put("account_number", account)
        .put("timestamp", timestamp.toString())
        .put("amount", amount)
        .put("currency", "USD")
        .put("merchant", "Grocer")
        .put("location", "Paris")
        .put("status", status)
        .put("transaction_type", "PURCHASE");
  }

  static ObjectNode customer(String account, String name, String city) {
    return JSON.createObjectNode()
        .put("account_number", account)
        .put("customer_name", name)
        .put("email", name.replace(' ', '.') + "@example.org")
        .put("phone_number", "555-0100")
        .put("date_of_birth", 0L)
        .put("city", city)
        .put("created_at", "2026-01-01T00:00:00Z");
  }

  CardEvent at(long position) {
    return new CardEvent(op, commit, position, row);
  }

  String line() {
    ObjectNode event = JSON.createObjectNode();
    boolean deleted = op.equals("d");
    event.set("before", deleted ? row : null);
    event.set("after", deleted ? null : row);
    ObjectNode source = event.putObject("source").put("ts_ms", commit.toEpochMilli());
    if (lsn >= 0) {
      source.put("lsn", lsn);
    }
    source.put("table", row.has("txn_id") ? "transactions" : "customers");
    event.put("op", op).put("ts_ms", commit.toEpochMilli());
    return event.toString();
  }
}
