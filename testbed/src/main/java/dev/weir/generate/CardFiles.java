package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.BankRow.Transaction;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import dev.weir.generate.CardOperation.Kind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Locale;

/**
 * Writes the history of a bank's database as Debezium would publish it: a folder with a JSON Lines
 * file for each table. The initial customers are snapshot rows. A deleted row has its key and, in
 * all other columns, the defaults, as with PostgreSQL's default settings. The same activity gives
 * the same bytes. Each file appears under its name only when all are complete.
 */
public final class CardFiles {
  public static final String CUSTOMERS = "customers.jsonl";
  public static final String TRANSACTIONS = "transactions.jsonl";

  private static final JsonFactory JSON = new JsonFactory();

  /** Debezium's format, including trailing zeros. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** The log position after a database was set up, and the size of a change. */
  private static final long FIRST_LSN = 25_000_000;

  private static final long LSN_STEP = 128;

  private final Path folder;

  private CardFiles(Path folder) {
    this.folder = folder;
  }

  public static CardFiles in(Path folder) {
    return new CardFiles(folder.toAbsolutePath());
  }

  /** Writes the initial customers and {@code events} operations and replaces any existing files. */
  public CardCounts write(CardActivity activity, long events) throws IOException {
    Files.createDirectories(folder);
    Path customersPart = folder.resolve("." + CUSTOMERS + ".part");
    Path transactionsPart = folder.resolve("." + TRANSACTIONS + ".part");
    CardCounts.Tally written = new CardCounts.Tally();
    try {
      try (BufferedWriter customers = Files.newBufferedWriter(customersPart, UTF_8);
          BufferedWriter transactions = Files.newBufferedWriter(transactionsPart, UTF_8)) {
        Iterator<CardOperation> operations = activity.iterator();
        long lsn = FIRST_LSN;
        for (long n = 0; n < activity.customers() + events; n++) {
          CardOperation operation = operations.next();
          for (Change change : operation.changes()) {
            boolean before = n < activity.customers() && operation.kind() == Kind.NEW_CUSTOMER;
            lsn += before ? 0 : LSN_STEP;
            Writer file = change.row() instanceof Customer ? customers : transactions;
            writeEnvelope(file, change, before, operation.at(), lsn);
            file.write('\n');
          }
          written.add(operation);
        }
      }
      Files.move(customersPart, folder.resolve(CUSTOMERS), StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          transactionsPart, folder.resolve(TRANSACTIONS), StandardCopyOption.REPLACE_EXISTING);
      return written.counts();
    } finally {
      Files.deleteIfExists(customersPart);
      Files.deleteIfExists(transactionsPart);
    }
  }

  private static void writeEnvelope(Writer out, Change change, boolean before, Instant at, long lsn)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      boolean deleted = change.action() == Action.DELETE;
      json.writeStartObject();
      json.writeFieldName("before");
      if (deleted) {
        writeDeleted(json, change.row());
      } else {
        json.writeNull();
      }
      json.writeFieldName("after");
      if (deleted) {
        json.writeNull();
      } else {
        writeRow(json, change.row());
      }
      json.writeObjectFieldStart("source");
      json.writeNumberField("ts_ms", at.toEpochMilli());
      json.writeNumberField("lsn", lsn);
      json.writeStringField(
          "table", change.row() instanceof Customer ? "customers" : "transactions");
      json.writeEndObject();
      json.writeStringField("op", before ? "r" : letter(change.action()));
      json.writeNumberField("ts_ms", at.toEpochMilli());
      json.writeEndObject();
    }
  }

  private static String letter(Action action) {
    return switch (action) {
      case INSERT -> "c";
      case UPDATE -> "u";
      case DELETE -> "d";
    };
  }

  private static void writeRow(JsonGenerator json, BankRow row) throws IOException {
    if (row instanceof Customer customer) {
      writeCustomer(
          json,
          customer.accountNumber(),
          customer.name(),
          customer.email(),
          customer.phone(),
          customer.dateOfBirth().atStartOfDay(ZoneOffset.UTC).toInstant(),
          customer.city(),
          customer.createdAt());
    } else if (row instanceof Transaction transaction) {
      writeTransaction(json, transaction, TIME.format(transaction.timestamp()));
    }
  }

  private static void writeDeleted(JsonGenerator json, BankRow row) throws IOException {
    if (row instanceof Customer) {
      writeCustomer(json, row.key(), null, null, null, null, null, null);
    } else {
      Transaction defaults =
          new Transaction(
              row.key(),
              "",
              Instant.EPOCH,
              BigDecimal.ZERO.setScale(2),
              "USD",
              null,
              null,
              "PENDING",
              null);
      // Without trailing zeros: this default is Debezium's own, not a column value.
      writeTransaction(json, defaults, Instant.EPOCH.toString());
    }
  }

  private static void writeCustomer(
      JsonGenerator json,
      String accountNumber,
      String name,
      String email,
      String phone,
      Instant dateOfBirth,
      String city,
      Instant createdAt)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("account_number", accountNumber);
    json.writeStringField("customer_name", name);
    json.writeStringField("email", email);
    json.writeStringField("phone_number", phone);
    json.writeFieldName("date_of_birth");
    if (dateOfBirth == null) {
      json.writeNull();
    } else {
      json.writeNumber(dateOfBirth.toEpochMilli());
    }
    json.writeStringField("city", city);
    json.writeStringField("created_at", createdAt == null ? null : TIME.format(createdAt));
    json.writeEndObject();
  }

  private static void writeTransaction(
      JsonGenerator json, Transaction transaction, String timestamp) throws IOException {
    json.writeStartObject();
    json.writeStringField("txn_id", transaction.txnId());
    json.writeStringField("account_number", transaction.accountNumber());
    json.writeStringField("timestamp", timestamp);
    json.writeStringField("amount", transaction.amount().toPlainString());
    json.writeStringField("currency", transaction.currency());
    json.writeStringField("merchant", transaction.merchant());
    json.writeStringField("location", transaction.location());
    json.writeStringField("status", transaction.status());
    json.writeStringField("transaction_type", transaction.type());
    json.writeEndObject();
  }
}
