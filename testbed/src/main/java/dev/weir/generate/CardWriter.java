package dev.weir.generate;

import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.BankRow.Transaction;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.postgresql.Driver;

/**
 * Writes generated operations to a bank's database, each operation atomically. At high rates,
 * several operations share a database transaction, in their order.
 */
public final class CardWriter implements AutoCloseable {
  /** More transactions per second would only slow the database down. */
  private static final double COMMITS_PER_SECOND = 50;

  private static final int LARGEST_BATCH = 100;
  private static final String UNIQUE_VIOLATION = "23505";

  private static final String INSERT_CUSTOMER =
      "insert into customers (customer_name, email, phone_number, date_of_birth, city, created_at,"
          + " account_number) values (?, ?, ?, ?, ?, ?, ?)";
  private static final String UPDATE_CUSTOMER =
      "update customers set customer_name = ?, email = ?, phone_number = ?, date_of_birth = ?,"
          + " city = ?, created_at = ? where account_number = ?";
  private static final String DELETE_CUSTOMER = "delete from customers where account_number = ?";
  private static final String INSERT_TRANSACTION =
      "insert into transactions (account_number, \"timestamp\", amount, currency, merchant,"
          + " location, status, transaction_type, txn_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String UPDATE_TRANSACTION =
      "update transactions set account_number = ?, \"timestamp\" = ?, amount = ?, currency = ?,"
          + " merchant = ?, location = ?, status = ?, transaction_type = ? where txn_id = ?";
  private static final String DELETE_TRANSACTION = "delete from transactions where txn_id = ?";

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final CardCounts.Tally written = new CardCounts.Tally();
  private Consumer<List<CardOperation>> listener = operations -> {};

  private CardWriter(Connection connection) {
    this.connection = connection;
  }

  /**
   * @param jdbcUrl {@code jdbc:postgresql://host:port/db}
   * @param password null for none, or for the one in the user's password file
   * @throws IllegalStateException if the database cannot be reached
   */
  public static CardWriter open(String jdbcUrl, String user, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("ApplicationName", "weir generate card");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("reWriteBatchedInserts", "true");
    // Otherwise exception messages would contain whole rows.
    properties.setProperty("logServerErrorDetail", "false");
    if (password != null) {
      properties.setProperty("password", password);
    }
    try {
      // Not through DriverManager, which knows only the drivers of the thread that used it first.
      Connection connection = new Driver().connect(jdbcUrl, properties);
      if (connection == null) {
        throw new IllegalArgumentException(
            jdbcUrl + " is not the address of a PostgreSQL database");
      }
      connection.setAutoCommit(false);
      return new CardWriter(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to " + jdbcUrl + ": " + reason(e), e);
    }
  }

  /**
   * Writes the activity's initial customers at once and then its operations at the given rate,
   * until there are enough or it is stopped. All returned operations are committed.
   *
   * @param rate operations per second, 0 for as many as the database takes
   * @param events number of operations after the initial customers, 0 for no end
   * @param stopped checked before each transaction; an interrupt stops it too
   * @throws IllegalStateException if the database rejects a change; committed operations remain
   */
  public CardCounts run(CardActivity activity, double rate, long events, BooleanSupplier stopped) {
    BooleanSupplier over = () -> stopped.getAsBoolean() || Thread.currentThread().isInterrupted();
    Pace pace = rate > 0 ? Pace.of(rate) : null;
    int batch =
        rate > 0
            ? (int) Math.max(1, Math.min(LARGEST_BATCH, rate / COMMITS_PER_SECOND))
            : LARGEST_BATCH;
    Iterator<CardOperation> operations = activity.iterator();
    for (long n = 0; n < activity.customers() && !over.getAsBoolean(); ) {
      n += write(operations, Math.min(LARGEST_BATCH, activity.customers() - n));
    }
    for (long n = 0; (events == 0 || n < events) && !over.getAsBoolean(); ) {
      long size = events == 0 ? batch : Math.min(batch, events - n);
      // Due when its last operation is due, so that no operation is early.
      if (pace != null && !pace.await(n + size - 1, over)) {
        break;
      }
      n += write(operations, size);
    }
    return written.counts();
  }

  /** Registers a listener that is called right after each commit, on the thread of {@link #run}. */
  public void onCommit(Consumer<List<CardOperation>> listener) {
    this.listener = listener;
  }

  /** Returns the committed operations; can be called from any thread. */
  public CardCounts written() {
    return written.counts();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the database connection: " + reason(e), e);
    }
  }

  private long write(Iterator<CardOperation> operations, long size) {
    List<CardOperation> batch = new ArrayList<>();
    try {
      String last = null;
      for (long n = 0; n < size; n++) {
        CardOperation operation = operations.next();
        batch.add(operation);
        for (Change change : operation.changes()) {
          String sql = sql(change);
          if (last != null && !last.equals(sql)) {
            flush(last);
          }
          fill(statement(sql), change);
          last = sql;
        }
      }
      flush(last);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("the database rejected a change: " + reason(e), e);
    }
    batch.forEach(written::add);
    listener.accept(batch);
    return size;
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private void flush(String sql) throws SQLException {
    statements.get(sql).executeBatch();
  }

  private static String sql(Change change) {
    boolean customer = change.row() instanceof Customer;
    return switch (change.action()) {
      case INSERT -> customer ? INSERT_CUSTOMER : INSERT_TRANSACTION;
      case UPDATE -> customer ? UPDATE_CUSTOMER : UPDATE_TRANSACTION;
      case DELETE -> customer ? DELETE_CUSTOMER : DELETE_TRANSACTION;
    };
  }

  private static void fill(PreparedStatement statement, Change change) throws SQLException {
    int n = 1;
    if (change.action() != Action.DELETE) {
      if (change.row() instanceof Customer row) {
        statement.setString(n++, row.name());
        statement.setString(n++, row.email());
        statement.setString(n++, row.phone());
        statement.setObject(n++, row.dateOfBirth().atStartOfDay());
        statement.setString(n++, row.city());
        statement.setObject(n++, utc(row.createdAt()));
      } else if (change.row() instanceof Transaction row) {
        statement.setString(n++, row.accountNumber());
        statement.setObject(n++, utc(row.timestamp()));
        statement.setBigDecimal(n++, row.amount());
        statement.setString(n++, row.currency());
        statement.setString(n++, row.merchant());
        statement.setString(n++, row.location());
        statement.setString(n++, row.status());
        statement.setString(n++, row.type());
      }
    }
    statement.setString(n, change.row().key());
    statement.addBatch();
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static String reason(SQLException failure) {
    if (UNIQUE_VIOLATION.equals(failure.getSQLState())) {
      return "it already has rows of this seed; choose another seed, or empty the tables";
    }
    // A batch's own exception only reports that it failed.
    SQLException first = failure.getNextException() == null ? failure : failure.getNextException();
    return first.getMessage().lines().findFirst().orElse(first.getSQLState());
  }
}
