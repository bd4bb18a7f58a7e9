package dev.weir.demo;

import dev.weir.embedded.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Counts the rows in the bank's tables. */
final class BankWatch implements AutoCloseable {
  private static final String QUERY =
      "select (select count(*) from customers),"
          + " (select count(*) from transactions where status <> 'PENDING'),"
          + " (select count(*) from transactions where status = 'PENDING')";

  private final Connection connection;
  private final PreparedStatement query;

  /**
   * @param settled transactions that are not pending
   */
  record Rows(long customers, long settled, long pending) {
    long transactions() {
      return settled + pending;
    }
  }

  BankWatch(EmbeddedDatabase database) {
    try {
      this.connection = database.connect();
      this.query = connection.prepareStatement(QUERY);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  Rows rows() {
    try (ResultSet result = query.executeQuery()) {
      result.next();
      return new Rows(result.getLong(1), result.getLong(2), result.getLong(3));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(SQLException e) {
    return new IllegalStateException("cannot query PostgreSQL: " + e.getMessage(), e);
  }
}
