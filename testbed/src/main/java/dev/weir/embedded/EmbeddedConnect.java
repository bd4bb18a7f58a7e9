package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.folders.OwnerOnly;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Kafka Connect in its own process, where Debezium publishes every change of the bank's tables
 * to the topics {@link #CUSTOMERS} and {@link #TRANSACTIONS}: first the existing rows, then their
 * changes. The process ends with this one, however this one ends.
 */
public final class EmbeddedConnect implements AutoCloseable {
  /** The topic of the customers' changes. */
  public static final String CUSTOMERS = "bank.public.customers";

  /** The topic of the transactions' changes. */
  public static final String TRANSACTIONS = "bank.public.transactions";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedConnect.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final String CONNECTOR = "bank";
  private static final String SLOT = "weir";
  private static final String OFFSETS = "offsets";
  private static final int LAST_LINES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final URI status;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(ANSWER_LIMIT)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  private EmbeddedConnect(Process process, Path log, URI status) {
    this.process = process;
    this.log = log;
    this.status = status;
  }

  /**
   * Starts Connect and returns once it follows the database. Creates both topics unless they exist.
   *
   * @param folder the folder for its plugin, settings, offsets and log
   * @param partitions number of partitions of each topic
   * @param schemas whether each record carries its schema, {@code {"schema":…,"payload":…}}
   * @throws IllegalStateException if Connect is not built or does not start
   */
  public static EmbeddedConnect start(
      Path folder,
      EmbeddedKafka kafka,
      EmbeddedDatabase database,
      int partitions,
      boolean schemas) {
    Path home = folder.toAbsolutePath();
    kafka.createTopic(CUSTOMERS, partitions);
    kafka.createTopic(TRANSACTIONS, partitions);
    EmbeddedConnect connect = launch(home, kafka, database, partitions, schemas);
    try {
      // A connector reports RUNNING before it has read the tables; a change made meanwhile would
      // have an earlier time than the row it changes.
      connect.await(() -> connect.isRunning() && database.isFollowed(SLOT));
      return connect;
    } catch (RuntimeException e) {
      connect.close();
      throw e;
    }
  }

  private static EmbeddedConnect launch(
      Path home, EmbeddedKafka kafka, EmbeddedDatabase database, int partitions, boolean schemas) {
    int port = Ports.free(1).get(0);
    try {
      Path build = build(classes());
      Path log = OwnerOnly.folder(home).resolve("connect.log");
      linkPlugin(build, home.resolve("plugins").resolve("debezium"));
      // Offsets of an earlier run refer to a database that no longer exists.
      Files.deleteIfExists(home.resolve(OFFSETS));
      Path worker = store(home.resolve("worker.properties"), worker(home, kafka, port, schemas));
      Path connector = store(home.resolve("connector.properties"), connector(database, partitions));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dlogback.configurationFile=dev/weir/connect/logback.xml",
                  "-cp",
                  workerClassPath(build),
                  "dev.weir.connect.Worker",
                  worker.toString(),
                  connector.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new EmbeddedConnect(
          process,
          log,
          new URI(
              "http", null, Ports.HOST, port, "/connectors/" + CONNECTOR + "/status", null, null));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("Kafka Connect cannot be started in " + home + ": " + e, e);
    }
  }

  /** Returns the log file of Connect and Debezium. */
  public Path log() {
    return log;
  }

  /**
   * Checks that Connect and its connector still work.
   *
   * @throws IllegalStateException if Connect or the connector has failed since the start
   */
  public void check() {
    isRunning();
  }

  /** Stops Connect; changes that were not sent stay in the database. A second call does nothing. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("Kafka Connect had closed its end first", e);
    }
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Kafka Connect has not stopped within {}; its log: {}", STOP_LIMIT, log);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw failed("does not follow the database within " + START_LIMIT.toSeconds() + " s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Kafka Connect was starting", e);
      }
    }
  }

  /** Returns whether the connector and its task run; false while Connect does not answer yet. */
  private boolean isRunning() {
    if (!process.isAlive()) {
      throw failed("exited with status " + process.exitValue());
    }
    JsonNode answer;
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(status).timeout(ANSWER_LIMIT).build(),
              HttpResponse.BodyHandlers.ofString(UTF_8));
      if (response.statusCode() != 200) {
        return false;
      }
      answer = JSON.readTree(response.body());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka Connect", e);
    }
    String connector = answer.path("connector").path("state").asText();
    String task = answer.path("tasks").path(0).path("state").asText();
    if (connector.equals("FAILED") || task.equals("FAILED")) {
      throw failed("is running, but its connector has failed");
    }
    return connector.equals("RUNNING") && task.equals("RUNNING");
  }

  private IllegalStateException failed(String what) {
    String lines;
    try (Stream<String> all = Files.lines(log, UTF_8)) {
      List<String> read = all.toList();
      lines = String.join("\n", read.subList(Math.max(0, read.size() - LAST_LINES), read.size()));
    } catch (IOException e) {
      lines = "(it cannot be read: " + e + ")";
    }
    return new IllegalStateException(
        "Kafka Connect " + what + "; the last lines of its log " + log + ":\n" + lines);
  }

  /** Returns where this class was built: a folder or a jar. */
  private static Path classes() throws URISyntaxException {
    return Path.of(
        EmbeddedConnect.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Returns the {@code testbed} folder of the checkout that the classes were built in. */
  static Path build(Path classes) {
    for (Path up = classes; up != null; up = up.getParent()) {
      Path build = up.resolve("testbed");
      if (Files.isRegularFile(worker(build).resolve("classpath"))
          && Files.isRegularFile(plugin(build))) {
        return build;
      }
    }
    throw new IllegalStateException(
        "Kafka Connect is not built: no folder above "
            + classes
            + " has "
            + worker(Path.of("testbed")).resolve("classpath")
            + " and "
            + plugin(Path.of("testbed"))
            + "; run 'mvn compile' at the root of the checkout");
  }

  private static Path worker(Path build) {
    return build.resolve("connect-worker").resolve("target");
  }

  private static Path plugin(Path build) {
    return build.resolve("debezium").resolve("target").resolve("classpath");
  }

  private static String workerClassPath(Path build) throws IOException {
    return worker(build).resolve("classes")
        + System.getProperty("path.separator")
        + Files.readString(worker(build).resolve("classpath"), UTF_8);
  }

  /** Links the plugin's jars into a folder; Connect gives each plugin its own class loader. */
  private static void linkPlugin(Path build, Path folder) throws IOException {
    Files.createDirectories(folder);
    String jars = Files.readString(plugin(build), UTF_8);
    for (String jar : jars.split(System.getProperty("path.separator"))) {
      Path from = Path.of(jar);
      Path to = folder.resolve(from.getFileName());
      Files.deleteIfExists(to);
      try {
        Files.createSymbolicLink(to, from);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(from, to);
      }
    }
  }

  private static Path store(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(out, "Rewritten at every start");
    }
    return file;
  }

  private static Map<String, String> worker(
      Path home, EmbeddedKafka kafka, int port, boolean schemas) {
    return Map.ofEntries(
        Map.entry("bootstrap.servers", kafka.bootstrapServers()),
        Map.entry("listeners", "http://" + Ports.HOST + ":" + port),
        Map.entry("plugin.path", home.resolve("plugins").toString()),
        // Scanning all classes for plugins takes seconds; ServiceLoader finds this one.
        Map.entry("plugin.discovery", "service_load"),
        Map.entry("offset.storage.file.filename", home.resolve(OFFSETS).toString()),
        Map.entry("offset.flush.interval.ms", "1000"),
        Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
        Map.entry("key.converter.schemas.enable", Boolean.toString(schemas)),
        Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
        // Otherwise a null would arrive as the column's default: a null status as PENDING.
        Map.entry("value.converter.replace.null.with.default", "false"),
        Map.entry("value.converter.schemas.enable", Boolean.toString(schemas)));
  }

  private static Map<String, String> connector(EmbeddedDatabase database, int partitions) {
    return Map.ofEntries(
        Map.entry("name", CONNECTOR),
        Map.entry("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
        Map.entry("tasks.max", "1"),
        Map.entry("database.hostname", Ports.HOST),
        Map.entry("database.port", Integer.toString(database.port())),
        Map.entry("database.user", database.user()),
        Map.entry("database.dbname", database.name()),
        Map.entry("topic.prefix", "bank"),
        Map.entry("table.include.list", "public.customers,public.transactions"),
        Map.entry("plugin.name", "pgoutput"),
        Map.entry("slot.name", SLOT),
        Map.entry("publication.name", "weir"),
        Map.entry("publication.autocreate.mode", "filtered"),
        Map.entry("snapshot.mode", "initial"),
        Map.entry("decimal.handling.mode", "string"),
        Map.entry("poll.interval.ms", "100"),
        // Advances the slot, which frees the log, while only other tables change.
        Map.entry("heartbeat.interval.ms", "1000"),
        Map.entry("topic.creation.default.replication.factor", "1"),
        Map.entry("topic.creation.default.partitions", Integer.toString(partitions)));
  }
}
