package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import java.util.concurrent.locks.LockSupport;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this process, its own controller too, with its data in one folder.
 * Starting it again on the same folder finds the topics, records and offsets that it left there.
 * Records are never dropped for their age, since a replayed history is old on the day it arrives.
 *
 * <p>Kafka ends the process when a broker cannot go on. Loading this class changes that for the
 * brokers it starts, and only for them: {@link #start} throws, a later death is logged.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private static final String HOST = Ports.HOST;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final int FREE_PORT_ATTEMPTS = 5;

  /** The folders of the brokers in this process. */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  /** The broker a thread works for; Kafka's threads are all descendants of the one that starts. */
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
  private final boolean makesTopics;
  private final CompletableFuture<KafkaRaftServer> started = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile KafkaRaftServer server;
  private volatile Path lockedFolder;
  private volatile FileChannel lock;

  private EmbeddedKafka(Path folder, int port, boolean makesTopics) {
    this.folder = folder;
    this.port = port;
    this.makesTopics = makesTopics;
  }

  /**
   * Starts a broker and returns once it answers.
   *
   * @param folder where its data is or will be; made if it is not there
   * @param port where it listens on localhost, 0 for a free port
   * @throws IllegalStateException if the port is in use, the folder belongs to a running broker, or
   *     the broker does not come up
   */
  public static EmbeddedKafka start(Path folder, int port) {
    return start(folder, port, true);
  }

  /** The same, with topics made when somebody asks for them or not. */
  public static EmbeddedKafka start(Path folder, int port, boolean makesTopics) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    if (port != 0) {
      requireFree(port);
    }
    for (int attempt = 1; ; attempt++) {
      List<Integer> free = Ports.free(2);
      int brokerPort = port == 0 ? free.get(0) : port;
      int controllerPort = free.get(1);
      EmbeddedKafka kafka = new EmbeddedKafka(folder.toAbsolutePath(), brokerPort, makesTopics);
      try {
        kafka.startUp(controllerPort);
        return kafka;
      } catch (RuntimeException e) {
        kafka.close();
        if (port != 0) {
          requireFree(port);
        }
        // A port that was free a moment ago may have been taken since; Kafka does not say so.
        boolean bothFree = Ports.isFree(brokerPort) && Ports.isFree(controllerPort);
        if (bothFree || attempt == FREE_PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The broker's address, {@code localhost:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Makes a topic and returns once all its partitions can be used; one that exists stays as is. */
  public void createTopic(String name, int partitions) {
    try (Admin admin = admin()) {
      try {
        answer(admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new IllegalStateException(
              "cannot create topic " + name + ": " + e.getCause().getMessage(), e.getCause());
        }
      }
      // The controller answers before the broker has heard of the topic.
      long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
      while (!isUsable(admin, name)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("topic " + name + " has no leaders after a long while");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
  }

  /** Stops the broker; what it has acknowledged is on disk. A second call does nothing. */
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
        answer(admin.describeCluster().nodes());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka did not start in " + folder + ": " + rootOf(e).getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "Kafka did not start in " + folder + " within " + START_LIMIT.toSeconds() + " s", e);
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

  /** Kafka has a lock too, and takes it after it has written to the log of the running broker. */
  private void lockFolder() throws IOException {
    Files.createDirectories(folder);
    Path locked = folder.toRealPath();
    // Asked first: closing a second channel would give up the lock that the first one holds.
    if (IN_USE.add(locked)) {
      lockedFolder = locked;
      lock = FileChannel.open(locked.resolve("lock"), CREATE, WRITE);
      if (lock.tryLock() != null) {
        return;
      }
    }
    throw new IllegalStateException("another broker is running there");
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

  private static boolean isUsable(Admin admin, String topic) {
    try {
      TopicDescription description =
          answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
      return description.partitions().stream().allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new IllegalStateException("cannot describe topic " + topic, e.getCause());
    }
  }

  private static <T> T answer(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  /** Returns only if the thread works for no broker of ours. */
  private static void refuse(String wish, int status, String message) {
    EmbeddedKafka owner = OWNER.get();
    if (owner == null) {
      return;
    }
    String reason = message == null ? "its log says why" : message;
    IllegalStateException death =
        new IllegalStateException("the broker gave up (" + wish + " " + status + "): " + reason);
    if (!owner.started.completeExceptionally(death) && !owner.closed.get()) {
      LOG.error("Kafka on port {} died", owner.port, death);
    }
    throw death;
  }

  private void format(Map<String, String> settings) throws IOException {
    Path file = folder.resolve("broker.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(out, "Written at every start");
    }
    if (Files.exists(Path.of(settings.get("log.dirs"), "meta.properties"))) {
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] command = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()
    };
    int status = StorageTool.execute(command, new PrintStream(said, true, UTF_8));
    if (status != 0) {
      throw new IllegalStateException("cannot format the folder: " + said.toString(UTF_8).strip());
    }
  }

  private Map<String, String> settings(int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@" + HOST + ":" + controllerPort),
        Map.entry(
            "listeners",
            "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("log.dirs", folder.resolve("data").toString()),
        Map.entry("server.max.startup.time.ms", Long.toString(START_LIMIT.toMillis())),
        // One broker: nothing to replicate to, nobody to wait for.
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // A broker that was killed can come back only when its old session is over.
        Map.entry("broker.session.timeout.ms", "6000"),
        Map.entry("broker.heartbeat.interval.ms", "1000"),
        Map.entry("auto.create.topics.enable", Boolean.toString(makesTopics)),
        // Small, since it shares the process with a pipeline.
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

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
