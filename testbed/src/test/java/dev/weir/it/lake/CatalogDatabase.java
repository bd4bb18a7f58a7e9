package dev.weir.it.lake;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** A PostgreSQL that requires a password from the user of Iceberg's JDBC catalogs. */
final class CatalogDatabase implements AutoCloseable {
  private static final String USER = "weir";
  private static final String PASSWORD = "pass word/=&";

  private final EmbeddedPostgres postgres;

  private CatalogDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static CatalogDatabase start() {
    try {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setDataDirectoryCustomizer(CatalogDatabase::wantPasswords)
              .start();
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create role " + USER + " login password '" + PASSWORD + "'");
        statement.execute("create database ledger owner " + USER);
      }
      return new CatalogDatabase(postgres);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void wantPasswords(File data) {
    try {
      Files.write(
          data.toPath().resolve("pg_hba.conf"),
          List.of(
              "host all " + USER + " all scram-sha-256",
              "host all postgres all trust",
              "local all postgres trust"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The properties that are not secret. */
  Map<String, String> properties(Path warehouse) {
    return Map.of(
        "type",
        "jdbc",
        "uri",
        "jdbc:postgresql://localhost:" + postgres.getPort() + "/ledger",
        "jdbc.user",
        USER,
        "warehouse",
        warehouse.toString());
  }

  Map<String, String> secrets() {
    return Map.of("jdbc.password", PASSWORD);
  }

  NamedCatalog catalog(Path folder) {
    return NamedCatalog.write(
        folder.resolve("database.properties"),
        properties(folder.resolve("database-warehouse")),
        secrets());
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
