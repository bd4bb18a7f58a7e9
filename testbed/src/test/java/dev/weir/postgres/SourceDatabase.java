package dev.weir.postgres;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.is;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL with the source tables of card transactions. */
final class SourceDatabase implements AutoCloseable {
  static final String USER = "postgres";
  static final String READER = "reader";
  static final String PASSWORD = "readers-password";

  private final EmbeddedPostgres postgres;

  private SourceDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static SourceDatabase start(String walLevel) {
    return start(EmbeddedPostgres.builder().setServerConfig("wal_level", walLevel));
  }

  /** Starts one that offers TLS, and requires a password from {@link #READER}. */
  static SourceDatabase startWithTls(Path certificate, Path key) {
    SourceDatabase database =
        start(
            EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setDataDirectoryCustomizer(SourceDatabase::requirePasswords));
    database.run(
        "alter system set ssl_cert_file = '" + certificate + "'",
        "alter system set ssl_key_file = '" + key + "'",
        "create role " + READER + " login replication password '" + PASSWORD + "'",
        "grant create on database postgres to " + READER,
        "alter table customers owner to " + READER);
    database.offerTls(true);
    return database;
  }

  /** Returns when the server offers TLS to new connections, or no longer does. */
  void offerTls(boolean offer) {
    String setting = offer ? "on" : "off";
    run("alter system set ssl = " + setting, "select pg_reload_conf()");
    eventually(() -> ask("show ssl"), is(List.of(setting)));
  }

  private static void requirePasswords(File data) {
    try {
      Files.write(
          data.toPath().resolve("pg_hba.conf"),
          List.of(
              "host all " + READER + " all scram-sha-256",
              "host all " + USER + " all trust",
              "local all " + USER + " trust"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceDatabase start(EmbeddedPostgres.Builder builder) {
    try {
      SourceDatabase database =
          new SourceDatabase(
              // Each test leaves a slot behind.
              builder.setServerConfig("max_replication_slots", "20").start());
      database.run(
          """
          create table transactions (
            txn_id varchar(36) primary key, account_number varchar(50), timestamp timestamptz,
            amount decimal(10,2), currency varchar(5) default 'USD', merchant varchar(100),
            location varchar(100), status varchar(20) default 'PENDING',
            transaction_type varchar(50))
          """,
          """
          create table customers (
            account_number varchar(50) primary key, customer_name varchar(100), email varchar(100),
            phone_number varchar(30), date_of_birth timestamp(3), city varchar(50),
            created_at timestamptz)
          """,
          "create table notes (text varchar(100))");
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return postgres.getPort();
  }

  /** Runs each statement in its own transaction. */
  void run(String... statements) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a connection with an open transaction; the caller commits and closes it. */
  Connection transaction() {
    try {
      Connection connection = postgres.getPostgresDatabase().getConnection();
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the first column of a query's rows. */
  List<String> ask(String query) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only its owner may read it. */
  static Path passwordFile(Path folder, String line) {
    try {
      Path file =
          Files.createTempFile(
              folder,
              "pgpass",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
