package dev.weir.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.BankRow.Transaction;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import dev.weir.generate.CardOperation.Kind;
import dev.weir.testing.Eventually;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(900)
class CardWriterIT {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private static Path folder;
  private static EmbeddedDatabase database;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.start(folder.resolve("postgres"), 0);
  }

  @AfterAll
  static void stop() {
    database.close();
    assertThat("what it made is gone", Files.exists(folder.resolve("postgres")), is(false));
  }

  @BeforeEach
  void empty() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("truncate customers, transactions");
    }
  }

  @Test
  void theTablesHoldWhatTheActivityLeavesBehind() throws SQLException {
    CardActivity activity = CardActivity.seeded(7, NOON).withUpdatesAndDeletes(0.33, 0.1);
    CardCounts counts;
    try (CardWriter writer = writer()) {
      counts = writer.run(activity, 0, 5_000, () -> false);
    }

    Map<String, BankRow> expected = new HashMap<>();
    CardCounts.Tally tally = new CardCounts.Tally();
    Iterator<CardOperation> operations = activity.iterator();
    for (int n = 0; n < 5_100; n++) {
      CardOperation operation = operations.next();
      tally.add(operation);
      for (Change change : operation.changes()) {
        if (change.action() == Action.DELETE) {
          expected.remove(change.row().key());
        } else {
          expected.put(change.row().key(), change.row());
        }
      }
    }
    assertThat(rows(), is(expected));
    assertThat(counts, is(tally.counts()));
    assertThat(counts.total(), is(5_100L));
  }

  @Test
  void aStoppedRunEndsAndEveryOperationItReportsIsCommitted() throws SQLException {
    AtomicBoolean stopped = new AtomicBoolean();
    CardActivity activity =
        CardActivity.seeded(8, NOON).withCustomers(5).withUpdatesAndDeletes(0, 0);
    try (CardWriter writer = writer()) {
      CompletableFuture<CardCounts> run =
          CompletableFuture.supplyAsync(() -> writer.run(activity, 200, 0, stopped::get));
      Eventually.eventually(() -> writer.written().of(Kind.NEW_TRANSACTION), is(greaterThan(20L)));
      stopped.set(true);

      assertThat((long) rows().size(), is(run.join().total()));
    }
  }

  @Test
  void operationsComeAtTheConfiguredRate() {
    long start = System.nanoTime();
    try (CardWriter writer = writer()) {
      writer.run(CardActivity.seeded(9, NOON), 500, 500, () -> false);
    }
    assertThat((System.nanoTime() - start) / 1e9, is(greaterThan(0.99)));
  }

  @Test
  void aRepeatedSeedIsRejectedAndTheErrorNamesNoPerson() {
    CardActivity activity = CardActivity.seeded(10, NOON);
    try (CardWriter writer = writer()) {
      writer.run(activity, 0, 1, () -> false);
    }
    try (CardWriter writer = writer()) {
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> writer.run(activity, 0, 1, () -> false));

      assertThat(refusal.getMessage(), containsString("choose another seed"));
      Customer customer = (Customer) activity.iterator().next().changes().get(0).row();
      for (Throwable thrown = refusal; thrown != null; thrown = thrown.getCause()) {
        assertThat(thrown.toString(), not(containsString(customer.name())));
      }
    }
  }

  @Test
  void theCommandFillsADatabase() throws SQLException {
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new GenerateCommand())
            .setOut(new PrintWriter(out, true))
            .execute(
                "card", "--to=" + database.uri(), "--events=300", "--deletes=0", "--updates=0");

    assertThat(status, is(0));
    assertThat(out.toString(), containsString("wrote 400 operations: "));
    assertThat(rows().size(), is(400));
  }

  @Test
  void aPortInUseIsNamed() {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> EmbeddedDatabase.start(folder.resolve("second"), database.port()));

    assertThat(refusal.getMessage(), containsString("port " + database.port() + " is in use"));
  }

  private static CardWriter writer() {
    return CardWriter.open(database.jdbcUrl(), database.user(), null);
  }

  private static Map<String, BankRow> rows() throws SQLException {
    Map<String, BankRow> rows = new HashMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("select * from customers")) {
        while (row.next()) {
          rows.put(
              row.getString("account_number"),
              new Customer(
                  row.getString("account_number"),
                  row.getString("customer_name"),
                  row.getString("email"),
                  row.getString("phone_number"),
                  row.getObject("date_of_birth", LocalDateTime.class).toLocalDate(),
                  row.getString("city"),
                  row.getObject("created_at", OffsetDateTime.class).toInstant()));
        }
      }
      try (ResultSet row = statement.executeQuery("select * from transactions")) {
        while (row.next()) {
          rows.put(
              row.getString("txn_id"),
              new Transaction(
                  row.getString("txn_id"),
                  row.getString("account_number"),
                  row.getObject("timestamp", OffsetDateTime.class).toInstant(),
                  row.getBigDecimal("amount"),
                  row.getString("currency"),
                  row.getString("merchant"),
                  row.getString("location"),
                  row.getString("status"),
                  row.getString("transaction_type")));
        }
      }
    }
    return rows;
  }
}
