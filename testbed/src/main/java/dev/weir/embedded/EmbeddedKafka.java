package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.common.base.Throwables;
import dev.weir.folders.OwnerOnly;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a real Kafka broker in this process, as its own controller, with its data in one folder.
 * Starting it again on the same folder restores its topics, records and offsets. Records never
 * expire by age, because a replayed history is already old when it arrives.
 *
 * <p>Kafka ends the process if a broker cannot continue. Loading this class changes that, only for
 * the brokers that it starts: {@link #start} throws, and a later failure is logged.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private static final String HOST = Ports.HOST;
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int FREE_PORT_ATTEMPTS = 5;

  /** Folders of the brokers in this process. */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  /**
   * The broker that a thread works for; all Kafka threads descend from the one that starts them.
   */
  private static final InheritableThreadLocal<EmbeddedKafka> OWNER = new InheritableThreadLocal<>();

  static {
    Exit.setExitProcedure(
        (status, message) -> {
          refuse("exit", status, message);
          Runtime.getRuntime().exit(status);
        });
    Exit.setHaltProcedure(
        (status, message) -> {
          refuse("halt", status, message);
          Runtime.getRuntime().halt(status);
        });
  }

  private final Path folder;
  private final int port;
  private final Map<String, String> more;
  private final CompletableFuture<KafkaRaftServer> started = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile KafkaRaftServer server;
  private volatile Path lockedFolder;
  private volatile FileChannel lock;

  private EmbeddedKafka(Path folder, int port, Map<String, String> more) {
    this.folder = folder;
    this.port = port;
    this.more = more;
  }

  /**
   * Starts a broker and returns once it answers.
   *
   * @param folder the folder for its data; created if it does not exist
   * @param port the port to listen on at localhost; 0 for a free port
   * @throws IllegalStateException if the port is in use, the folder belongs to a running broker, or
   *     the broker does not start
   */
  public static EmbeddedKafka start(Path folder, int port) {
    return start(folder, port, Map.of());
  }

  /**
   * Starts a broker as above.
   *
   * @param more settings of the broker, which take precedence; its {@code listeners} are added to
   *     the one at {@link #bootstrapServers}, which always is without TLS and authentication
   */
  public static EmbeddedKafka start(Path folder, int port, Map<String, String> more) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the port must be between 0 and 65535, not " + port);
    }
    if (port != 0) {
      requireFree(port);
    }
    for (int attempt = 1; ; attempt++) {
      List<Integer> free = Ports.free(2);
      int brokerPort = port == 0 ? free.get(0) : port;
      int controllerPort = free.get(1);
      EmbeddedKafka kafka = new EmbeddedKafka(folder.toAbsolutePath(), brokerPort, more);
      try {
        kafka.startUp(controllerPort);
        return kafka;
      } catch (RuntimeException e) {
        kafka.close();
        if (port != 0) {
          requireFree(port);
        }
        // A port that was free a moment ago may be taken by now; Kafka does not report that.
        boolean bothFree = Ports.isFree(brokerPort) && Ports.isFree(controllerPort);
        if (bothFree || attempt == FREE_PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Returns the broker's address, {@code localhost:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /**
   * Creates a topic and returns once all its partitions are usable; keeps an existing topic as is.
   */
  public void createTopic(String name, int partitions) {
    try (Admin admin = admin()) {
      Topics.create(admin, name, partitions);
    }
  }

  /** Stops the broker; acknowledged records are on disk. A second call does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Thread stopping = new Thread(this::shutDown, "embedded-kafka-stop");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stopping.isAlive()) {
      LOG.warn("Kafka on port {} has not stopped within {}", port, STOP_LIMIT);
    }
  }

  private void startUp(int controllerPort) {
    Thread starter =
        new Thread(
            () -> {
              OWNER.set(this);
              try {
                started.complete(startServer(controllerPort));
              } catch (Throwable e) {
                started.completeExceptionally(e);
              }
            },
            "embedded-kafka-start");
    starter.setDaemon(true);
    starter.start();
    try {
      started.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      try (Admin admin = admin()) {
        Topics.answer(admin.describeCluster().nodes());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka did not start in " + folder + ": " + Throwables.getRootCause(e).getMessage(),
          e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "Kafka did not start in " + folder + " within " + START_LIMIT.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka was starting", e);
    }
  }

  private KafkaRaftServer startServer(int controllerPort) throws IOException {
    lockFolder();
    Map<String, String> settings = settings(controllerPort);
    format(settings);
    server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    server.startup();
    return server;
  }

  private void shutDown() {
    OWNER.set(this);
    try {
      if (server != null) {
        server.shutdown();
        server.awaitShutdown();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("Kafka on port {} did not stop cleanly", port, e);
    } finally {
      unlockFolder();
    }
  }

  /**
   * Locks the folder. Kafka takes its own lock only after it has written to the running broker's
   * log.
   */
  private void lockFolder() throws IOException {
    OwnerOnly.folder(folder);
    Path locked = folder.toRealPath();
    // Checked first: closing a second channel would release the lock that the first one holds.
    if (IN_USE.add(locked)) {
      lockedFolder = locked;
      lock = FileChannel.open(locked.resolve("lock"), CREATE, WRITE);
      if (lock.tryLock() != null) {
        return;
      }
    }
    throw new IllegalStateException("another broker is running in this folder");
  }

  private void unlockFolder() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("the lock of {} could not be released", folder, e);
    } finally {
      if (lockedFolder != null) {
        IN_USE.remove(lockedFolder);
      }
    }
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
  }

  /** Throws if the thread works for one of these brokers; otherwise returns. */
  private static void refuse(String wish, int status, String message) {
    EmbeddedKafka owner = OWNER.get();
    if (owner == null) {
      return;
    }
    String reason = message == null ? "see its log for the reason" : message;
    IllegalStateException death =
        new IllegalStateException("the broker stopped (" + wish + " " + status + "): " + reason);
    if (!owner.started.completeExceptionally(death) && !owner.closed.get()) {
      LOG.error("Kafka on port {} stopped unexpectedly", owner.port, death);
    }
    throw death;
  }

  private void format(Map<String, String> settings) throws IOException {
    Path file = folder.resolve("broker.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(out, "Rewritten at every start");
    }
    if (Files.exists(Path.of(settings.get("log.dirs"), "meta.properties"))) {
      return;
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    String[] command = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()
    };
    int status = StorageTool.execute(command, new PrintStream(output, true, UTF_8));
    if (status != 0) {
      throw new IllegalStateException(
          "cannot format the folder: " + output.toString(UTF_8).strip());
    }
  }

  private Map<String, String> settings(int controllerPort) {
    Map<String, String> settings = new HashMap<>(standard(controllerPort));
    settings.putAll(more);
    String listeners = "PLAINTEXT://" + HOST + ":" + port;
    if (settings.get("process.roles").contains("controller")) {
      listeners += ",CONTROLLER://" + HOST + ":" + controllerPort;
    }
    settings.merge("listeners", listeners, (given, own) -> own + "," + given);
    return settings;
  }

  private Map<String, String> standard(int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@" + HOST + ":" + controllerPort),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("log.dirs", folder.resolve("data").toString()),
        Map.entry("server.max.startup.time.ms", Long.toString(START_LIMIT.toMillis())),
        // A single broker has no replicas.
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // A killed broker can come back only after its old session has expired.
        Map.entry("broker.session.timeout.ms", "6000"),
        Map.entry("broker.heartbeat.interval.ms", "1000"),
        // Small because the broker shares the process with a pipeline.
        Map.entry("num.partitions", "4"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"),
        Map.entry("background.threads", "2"),
        Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20)),
        Map.entry("log.segment.bytes", Integer.toString(64 << 20)),
        Map.entry("log.index.size.max.bytes", Integer.toString(1 << 20)),
        Map.entry("metadata.log.segment.bytes", Integer.toString(8 << 20)),
        Map.entry("log.retention.ms", "-1"));
  }

  private static void requireFree(int port) {
    if (!Ports.isFree(port)) {
      throw new IllegalStateException("cannot start Kafka: port " + port + " is in use");
    }
  }
}
