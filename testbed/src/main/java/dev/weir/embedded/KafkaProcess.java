package dev.weir.embedded;

import dev.weir.folders.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * An {@link EmbeddedKafka} in a process of its own, which can be killed and started again at the
 * same address with the same data.
 */
public final class KafkaProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int HEAP = 384;

  private final Path folder;
  private final int port;
  private ChildProcess process;

  private KafkaProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts a broker at a free port of localhost, and returns once it answers.
   *
   * @param folder the folder for its data and its log
   * @throws IllegalStateException if it does not start
   */
  public static KafkaProcess start(Path folder) {
    try {
      OwnerOnly.folder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the broker's folder", e);
    }
    KafkaProcess kafka = new KafkaProcess(folder.toAbsolutePath(), Ports.free(1).get(0));
    try {
      kafka.restart();
      return kafka;
    } catch (RuntimeException e) {
      kafka.close();
      throw e;
    }
  }

  /** Runs a broker: in a folder, at a port. */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    new CountDownLatch(1).await();
  }

  /** The broker's address, {@code localhost:port}. */
  public String bootstrapServers() {
    return Ports.HOST + ":" + port;
  }

  /** Returns the port URI of a topic. */
  public String topic(String name) {
    return "kafka://" + bootstrapServers() + "/" + name;
  }

  /** Creates topics and returns once all their partitions are usable; keeps existing ones. */
  public void createTopics(int partitions, String... names) {
    try (Admin admin = admin()) {
      for (String name : names) {
        Topics.create(admin, name, partitions);
      }
    }
  }

  /** Kills the broker with SIGKILL. */
  public void kill() {
    process.kill();
  }

  /**
   * Starts the broker again after {@link #kill}, and returns once it answers: after the session of
   * the killed one has expired.
   */
  public void restart() {
    process =
        ChildProcess.start(
            "the broker",
            folder.resolve("broker.log"),
            HEAP,
            KafkaProcess.class.getName(),
            List.of(folder.resolve("broker").toString(), Integer.toString(port)));
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try (Admin admin = admin()) {
      while (!answers(admin)) {
        process.check();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "the broker does not answer after " + START_LIMIT.toMinutes() + " minutes");
        }
      }
    }
  }

  @Override
  public void close() {
    process.kill();
  }

  private static boolean answers(Admin admin) {
    try {
      return !admin.describeCluster().nodes().get(500, TimeUnit.MILLISECONDS).isEmpty();
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was starting", e);
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }
}
