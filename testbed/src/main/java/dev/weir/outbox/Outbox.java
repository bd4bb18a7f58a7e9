package dev.weir.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.embedded.ConnectSettings;
import dev.weir.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** The tables of a lender with an outbox, and the connector that publishes its events. */
public final class Outbox {
  /** What the name of a topic begins with; the aggregate type follows. */
  public static final String TOPIC_PREFIX = "outbox.";

  /** The database role of the lender's application; without a password. */
  public static final String APPLICATION = "lender";

  static final String OUTBOX_SQL = "outbox.sql";
  static final String CONNECTOR_PROPERTIES = "connector.properties";
  static final String CLEAN_SQL = "clean.sql";
  private static final String LENDER_SQL = "lender.sql";

  private Outbox() {}

  /**
   * Creates the outbox with its publication and the role of its reader, and the lender's tables
   * with the role {@link #APPLICATION}.
   */
  public static void create(EmbeddedDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(text(OUTBOX_SQL));
      statement.execute(text(LENDER_SQL));
    }
  }

  /**
   * Returns the settings of the connector: those of the documentation, for this database.
   *
   * @param worker settings of the worker
   */
  public static ConnectSettings connector(EmbeddedDatabase database, Map<String, String> worker) {
    Map<String, String> connector = new HashMap<>();
    Properties file = new Properties();
    try (Reader reader = new InputStreamReader(open(CONNECTOR_PROPERTIES), UTF_8)) {
      file.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file.stringPropertyNames().forEach(name -> connector.put(name, file.getProperty(name)));
    connector.put("database.hostname", "localhost");
    connector.put("database.port", Integer.toString(database.port()));
    connector.put("database.dbname", database.name());
    // The embedded database requires none.
    connector.remove("database.password");
    // Only how long a test waits.
    connector.put("poll.interval.ms", "100");
    connector.put("heartbeat.interval.ms", "1000");
    connector.put("slot.retry.delay.ms", "500");
    connector.put("topic.creation.default.replication.factor", "1");
    connector.put("topic.creation.default.partitions", "1");
    return new ConnectSettings(worker, connector);
  }

  /**
   * Returns the statement of the cleaner, which deletes events that the connector has confirmed.
   *
   * @param keep how long events are kept, as PostgreSQL writes an interval: {@code 12 hours}
   */
  public static String cleaner(String keep) {
    return text(CLEAN_SQL).replace("12 hours", keep);
  }

  static String text(String resource) {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    return Objects.requireNonNull(Outbox.class.getResourceAsStream(resource), resource);
  }
}
