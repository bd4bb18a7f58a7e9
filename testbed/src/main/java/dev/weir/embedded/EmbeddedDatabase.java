package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.folders.Folders;
import dev.weir.folders.OwnerOnly;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a real PostgreSQL in a process of its own, with the bank's empty tables and everything
 * needed to read their changes from its log. The server ends with this process, however this
 * process ends; closing it deletes its data.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final String USER = "postgres";
  private static final String NAME = "bank";

  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final Process guard;

  private EmbeddedDatabase(Path folder, EmbeddedPostgres postgres, Process guard) {
    this.folder = folder;
    this.postgres = postgres;
    this.guard = guard;
  }

  /**
   * Starts a database and returns once its tables exist.
   *
   * @param folder the folder for its data and programs; must be empty or not exist, and is deleted
   *     with the database
   * @param port the port to listen on at localhost; 0 for a free port
   * @throws IllegalStateException if the port is in use or the database does not start
   */
  public static EmbeddedDatabase start(Path folder, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the port must be between 0 and 65535, not " + port);
    }
    if (port != 0 && !Ports.isFree(port)) {
      throw new IllegalStateException("cannot start PostgreSQL: port " + port + " is in use");
    }
    Path home = folder.toAbsolutePath();
    EmbeddedPostgres postgres = null;
    Process guard = null;
    try {
      requireEmpty(home);
      Path data = home.resolve("data");
      postgres = server(home, data, port).start();
      guard = guard(data);
      EmbeddedDatabase database = new EmbeddedDatabase(home, postgres, guard);
      database.makeTables();
      return database;
    } catch (IOException | SQLException | RuntimeException e) {
      if (postgres != null) {
        new EmbeddedDatabase(home, postgres, guard).close();
      }
      throw new IllegalStateException(
          "PostgreSQL did not start in " + home + ": " + e.getMessage(), e);
    }
  }

  /** Returns the URL for a JDBC driver; {@link #user} needs no password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + Ports.HOST + ":" + port() + "/" + NAME;
  }

  /** Returns the port URI, {@code postgres://user@host:port/db}. */
  public String uri() {
    return "postgres://" + USER + "@" + Ports.HOST + ":" + port() + "/" + NAME;
  }

  public int port() {
    return postgres.getPort();
  }

  public String user() {
    return USER;
  }

  public String name() {
    return NAME;
  }

  public Connection connect() throws SQLException {
    return postgres.getDatabase(USER, NAME).getConnection();
  }

  /**
   * Returns whether a reader streams the changes from this slot. If so, its snapshot of the tables
   * is complete and includes nothing that is changed from now on.
   *
   * @param slot the slot of the reader
   */
  boolean isFollowed(String slot) {
    try (Connection connection = connect();
        PreparedStatement query =
            connection.prepareStatement(
                "select 1 from pg_replication_slots slot"
                    + " join pg_stat_replication reader on reader.pid = slot.active_pid"
                    + " where slot.slot_name = ? and reader.state in ('catchup', 'streaming')")) {
      query.setString(1, slot);
      return query.executeQuery().next();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot query PostgreSQL: " + e.getMessage(), e);
    }
  }

  /** Stops the database and deletes its folder. A second call does nothing. */
  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      LOG.warn("PostgreSQL on port {} did not stop cleanly", port(), e);
    } finally {
      if (guard != null) {
        dismiss(guard);
      }
      Folders.delete(folder);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    OwnerOnly.folder(folder);
    try (var files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new IOException(
            "the folder is not empty: another server is running in it, or was killed");
      }
    }
  }

  private static EmbeddedPostgres.Builder server(Path home, Path data, int port)
      throws IOException {
    Path log = home.resolve("server.log");
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs(home).toFile())
            .setPgBinaryResolver(new Programs())
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(START_LIMIT)
            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setLocaleConfig("locale", "C")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_wal_senders", "10")
            .setServerConfig("max_replication_slots", "10")
            .setServerConfig("shared_buffers", "64MB")
            .setServerConfig("max_connections", "50");
    return port == 0 ? builder : builder.setPort(port);
  }

  /**
   * Returns where the programs are unpacked, which takes seconds: in the library's folder if it is
   * set.
   */
  private static Path programs(Path home) {
    String shared = System.getProperty("ot.epg.working-dir");
    return shared == null ? home.resolve("programs") : Path.of(shared);
  }

  /**
   * Starts a process that stops the server if this process ends without doing so: the guard's
   * standard input is closed when this process ends. The guard ignores Ctrl-C.
   */
  private static Process guard(Path data) throws IOException {
    String command =
        "trap '' INT; cat >/dev/null; pid=$(head -n 1 postmaster.pid 2>/dev/null) && kill -INT"
            + " \"$pid\"";
    return new ProcessBuilder("sh", "-c", command)
        .directory(data.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void dismiss(Process guard) {
    try {
      guard.getOutputStream().close();
      if (!guard.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        guard.destroyForcibly();
      }
    } catch (IOException e) {
      guard.destroyForcibly();
    } catch (InterruptedException e) {
      guard.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void makeTables() throws SQLException, IOException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + NAME);
      // A slot whose reader is gone must not fill the disk. Not an argument of the server, so that
      // it can be changed while the server runs.
      statement.execute("alter system set max_slot_wal_keep_size = '4GB'");
      statement.execute("select pg_reload_conf()");
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(schema());
    }
  }

  private static String schema() throws IOException {
    try (InputStream schema = EmbeddedDatabase.class.getResourceAsStream("schema.sql")) {
      return new String(schema.readAllBytes(), UTF_8);
    }
  }

  /** One object per database: the library uses it as the key for where it unpacked the programs. */
  private static final class Programs implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
    }
  }
}
