package dev.weir.benchmarks.compare;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.embedded.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka broker in its own process, which ends with the process that started it. Unlike the broker
 * of tests, it has the JVM's usual compilers and collector.
 */
public final class BrokerProcess implements AutoCloseable {
  private static final String STARTED = "broker at ";
  private static final String LOG = "broker.log";

  private final Process process;
  private final String address;

  private BrokerProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * @param folder the folder for its data and its log
   */
  public static BrokerProcess start(Path folder) throws IOException {
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
    throw new IllegalStateException("the broker did not start; see " + folder.resolveSibling(LOG));
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    System.setProperty("weir.log", folder.resolveSibling(LOG).toString());
    EmbeddedKafka kafka =
        EmbeddedKafka.start(folder, 0, Map.of("log.segment.delete.delay.ms", "1000"));
    System.out.println(STARTED + kafka.bootstrapServers());
    System.exit(System.in.read() < 0 ? 0 : 1);
  }

  public String address() {
    return address;
  }

  public long pid() {
    return process.pid();
  }

  /** Creates topics and returns once all their partitions are usable. */
  public void createTopics(int partitions, String... names) {
    try (Admin admin = admin()) {
      for (String name : names) {
        Topics.create(admin, name, partitions);
      }
    }
  }

  public void deleteTopics(String... names) throws InterruptedException {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(names)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot delete topics " + List.of(names), e);
    }
  }

  /** Stops the broker and returns when it has ended. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address));
  }
}
