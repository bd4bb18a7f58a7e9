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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Kafka Connect in its own process, with one Debezium connector that follows an embedded
 * database. The bank's connector publishes every change of the bank's tables to the topics {@link
 * #CUSTOMERS} and {@link #TRANSACTIONS}: first the existing rows, then their changes. The process
 * ends with this one, however this one ends.
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
   * Starts Connect with the bank's connector, and returns once it follows the database. Creates
   * both topics unless they exist.
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
    kafka.createTopic(CUSTOMERS, partitions);
    kafka.createTopic(TRANSACTIONS, partitions);
    return start(folder, kafka, database, ConnectSettings.ofBank(database, partitions, schemas));
  }

  /**
   * Starts Connect as for the first time, and returns once its connector follows the database.
   *
   * @param folder the folder for its plugin, settings, offsets and log; offsets of an earlier run
   *     are deleted, because they refer to a database that no longer exists
   * @throws IllegalStateException if Connect is not built or does not start
   */
  public static EmbeddedConnect start(
      Path folder, EmbeddedKafka kafka, EmbeddedDatabase database, ConnectSettings settings) {
    try {
      Files.deleteIfExists(folder.resolve(OFFSETS));
    } catch (IOException e) {
      throw new IllegalStateException("cannot delete the offsets in " + folder + ": " + e, e);
    }
    return resume(folder, kafka, database, settings);
  }

  /**
   * Starts Connect as above, but from the offsets that an earlier run in the folder stored last.
   */
  public static EmbeddedConnect resume(
      Path folder, EmbeddedKafka kafka, EmbeddedDatabase database, ConnectSettings settings) {
    EmbeddedConnect connect = launch(folder.toAbsolutePath(), kafka, settings);
    try {
      // A connector reports RUNNING before it has read the tables; a change made meanwhile would
      // have an earlier time than the row it changes.
      connect.await(() -> connect.isRunning() && database.isFollowed(settings.slot()));
      return connect;
    } catch (RuntimeException e) {
      connect.close();
      throw e;
    }
  }

  private static EmbeddedConnect launch(Path home, EmbeddedKafka kafka, ConnectSettings settings) {
    int port = Ports.free(1).get(0);
    try {
      ConnectBuild build = ConnectBuild.ofThisCheckout();
      Path log = OwnerOnly.folder(home).resolve("connect.log");
      build.linkPlugin(home.resolve("plugins").resolve("debezium"));
      Path worker = store(home.resolve("worker.properties"), worker(home, kafka, port, settings));
      Path connector = store(home.resolve("connector.properties"), settings.connector());
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dlogback.configurationFile=dev/weir/connect/logback.xml",
                  "-cp",
                  build.workerClassPath(),
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
              "http",
              null,
              Ports.HOST,
              port,
              "/connectors/" + settings.name() + "/status",
              null,
              null));
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

  /** Kills Connect, which stores no offset any more, and returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka Connect was killed", e);
    }
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

  private static Path store(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(out, "Rewritten at every start");
    }
    return file;
  }

  private static Map<String, String> worker(
      Path home, EmbeddedKafka kafka, int port, ConnectSettings settings) {
    Map<String, String> worker =
        new HashMap<>(
            Map.ofEntries(
                Map.entry("bootstrap.servers", kafka.bootstrapServers()),
                Map.entry("listeners", "http://" + Ports.HOST + ":" + port),
                Map.entry("plugin.path", home.resolve("plugins").toString()),
                // Scanning all classes for plugins takes seconds; ServiceLoader finds this one.
                Map.entry("plugin.discovery", "service_load"),
                Map.entry("offset.storage.file.filename", home.resolve(OFFSETS).toString()),
                Map.entry("offset.flush.interval.ms", "1000"),
                Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
                Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter")));
    worker.putAll(settings.worker());
    return worker;
  }
}
