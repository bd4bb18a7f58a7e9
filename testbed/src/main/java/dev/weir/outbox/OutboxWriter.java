package dev.weir.outbox;

import dev.weir.loan.LoanApplication;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Writes loan requests as a lender's application does: the row and its event are in one
 * transaction, so that both are committed or neither is. The requests of an applicant are numbered
 * in the order of their commits, and their events have this order, too: a transaction locks its
 * applicant. Not thread-safe.
 */
public final class OutboxWriter implements AutoCloseable {
  private static final String NUMBER =
      "insert into applicants (applicant_id, requests) values (?, 1) on conflict (applicant_id)"
          + " do update set requests = applicants.requests + 1 returning requests";
  private static final String REQUEST =
      "insert into loan_requests (request_id, applicant_id, number, applicant_type, amount, ssn,"
          + " requested_at) values (?, ?, ?, ?, ?, ?, ?)";
  private static final String EVENT =
      "insert into outbox (id, aggregatetype, aggregateid, type, payload) values (?, ?, ?, ?, ?)";
  private static final String DELETE = "delete from outbox where id = ?";

  private final Connection connection;
  private final boolean deletesEvents;

  private OutboxWriter(Connection connection, boolean deletesEvents) {
    this.connection = connection;
    this.deletesEvents = deletesEvents;
  }

  /**
   * @param jdbcUrl {@code jdbc:postgresql://host:port/db}
   * @throws IllegalStateException if the database cannot be reached
   */
  public static OutboxWriter open(String jdbcUrl, String user) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("ApplicationName", "weir outbox");
    // Otherwise exception messages would contain whole rows.
    properties.setProperty("logServerErrorDetail", "false");
    try {
      // Not through DriverManager, which knows only the drivers of the thread that used it first.
      Connection connection = new Driver().connect(jdbcUrl, properties);
      if (connection == null) {
        throw new IllegalArgumentException(
            jdbcUrl + " is not the address of a PostgreSQL database");
      }
      connection.setAutoCommit(false);
      return new OutboxWriter(connection, false);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to " + jdbcUrl + ": " + reason(e), e);
    }
  }

  /**
   * Returns a writer on the same connection that deletes each event in the transaction that inserts
   * it. The event is in the database's log all the same, and the table stays empty.
   */
  public OutboxWriter withEventsDeleted() {
    return new OutboxWriter(connection, true);
  }

  /**
   * Commits a request and its event in a transaction of their own.
   *
   * @throws IllegalStateException if the database rejects one of them; neither is committed then
   */
  public void submit(LoanRequest request, String aggregateType) {
    try {
      insert(request);
      insert(request.event(aggregateType));
      commit();
    } catch (RuntimeException e) {
      rollback();
      throw e;
    }
  }

  /** Inserts the row of a request into the current transaction. */
  public void insert(LoanRequest request) {
    LoanApplication application = request.application();
    try (PreparedStatement number = connection.prepareStatement(NUMBER);
        PreparedStatement row = connection.prepareStatement(REQUEST)) {
      number.setString(1, request.applicantId());
      try (ResultSet numbers = number.executeQuery()) {
        numbers.next();
        row.setInt(3, numbers.getInt(1));
      }
      row.setString(1, request.requestId());
      row.setString(2, request.applicantId());
      row.setString(4, application.getApplicantType());
      row.setBigDecimal(
          5, BigDecimal.valueOf(application.getAmount()).setScale(2, RoundingMode.HALF_UP));
      row.setString(6, application.getSsn());
      row.setObject(7, application.getTs().atOffset(ZoneOffset.UTC));
      row.executeUpdate();
    } catch (SQLException e) {
      throw rejected(request, e);
    }
  }

  /** Inserts an event into the current transaction. */
  public void insert(OutboxEvent event) {
    try (PreparedStatement row = connection.prepareStatement(EVENT)) {
      row.setObject(1, event.id());
      row.setString(2, event.aggregateType());
      row.setString(3, event.aggregateId());
      row.setString(4, event.type());
      row.setBytes(5, event.payload());
      row.executeUpdate();
    } catch (SQLException e) {
      throw rejected(event, e);
    }
    if (deletesEvents) {
      delete(event);
    }
  }

  /** Commits the current transaction. */
  public void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("the database rejected a commit: " + reason(e), e);
    }
  }

  /** Undoes the current transaction. */
  public void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException("the database rejected a rollback: " + reason(e), e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the database connection: " + reason(e), e);
    }
  }

  private void delete(OutboxEvent event) {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setObject(1, event.id());
      delete.executeUpdate();
    } catch (SQLException e) {
      throw rejected(event, e);
    }
  }

  private static IllegalStateException rejected(Object what, SQLException e) {
    return new IllegalStateException("the database rejected " + what + ": " + reason(e), e);
  }

  private static String reason(SQLException failure) {
    return failure.getMessage().lines().findFirst().orElse(failure.getSQLState());
  }
}
