package dev.weir.benchmarks.publish;

import dev.weir.benchmarks.Side;
import dev.weir.embedded.EmbeddedKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A Kafka broker in its own process, which ends with the process that started it. */
final class BrokerProcess implements AutoCloseable {
  private static final String STARTED = "broker at ";

  private final Process process;
  private final String address;

  private BrokerProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * @param folder the folder for its data and its log
   */
  static BrokerProcess start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Side.command(
                    "benchmarks", "-Xmx1g", BrokerProcess.class.getName(), List.of("" + folder)))
            .redirectError(Redirect.DISCARD)
            .start();
    BufferedReader output = process.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(STARTED)) {
        return new BrokerProcess(process, line.substring(STARTED.length()));
      }
    }
    throw new IllegalStateException("the broker did not start; see " + folder);
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    System.setProperty("weir.log", folder.resolveSibling("broker.log").toString());
    EmbeddedKafka kafka =
        EmbeddedKafka.start(folder, 0, Map.of("log.segment.delete.delay.ms", "1000"));
    System.out.println(STARTED + kafka.bootstrapServers());
    System.exit(System.in.read() < 0 ? 0 : 1);
  }

  String address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  void createTopic(String name, int partitions) throws InterruptedException {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
      // The controller answers before the broker knows the topic.
      while (!isKnown(admin, name)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create topic " + name, e);
    }
  }

  void deleteTopic(String name) throws InterruptedException {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(name)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot delete topic " + name, e);
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }

  private static boolean isKnown(Admin admin, String name) throws InterruptedException {
    try {
      return admin
          .describeTopics(List.of(name))
          .allTopicNames()
          .get()
          .get(name)
          .partitions()
          .stream()
          .noneMatch(partition -> partition.leader() == null);
    } catch (ExecutionException e) {
      return false;
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address));
  }
}
