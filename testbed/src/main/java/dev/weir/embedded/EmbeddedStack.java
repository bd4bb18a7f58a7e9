package dev.weir.embedded;

import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Behaviour;
import dev.weir.local.EmbeddedFlink;
import java.nio.file.Path;

/**
 * Starts and stops everything a pipeline needs in this process: broker, bureau and Flink cluster.
 */
public record EmbeddedStack(EmbeddedKafka kafka, BureauMock bureau, EmbeddedFlink flink)
    implements AutoCloseable {
  private static final int PARTITIONS = 4;

  /**
   * @param folder the folder for the files of all servers
   * @param kafkaPort 0 for a free port
   * @param bureauPort 0 for a free port
   * @param restarts how often a failed job is restarted from its last checkpoint
   */
  public static EmbeddedStack start(
      Path folder, int kafkaPort, int bureauPort, Behaviour behaviour, int slots, int restarts) {
    EmbeddedKafka kafka = null;
    BureauMock bureau = null;
    try {
      bureau = BureauMock.start(behaviour, bureauPort);
      kafka = EmbeddedKafka.start(folder.resolve("kafka"), kafkaPort);
      return new EmbeddedStack(kafka, bureau, EmbeddedFlink.start(folder, slots, restarts));
    } catch (RuntimeException e) {
      if (kafka != null) {
        kafka.close();
      }
      if (bureau != null) {
        bureau.close();
      }
      throw e;
    }
  }

  public void createTopics(String... names) {
    for (String name : names) {
      kafka.createTopic(name, PARTITIONS);
    }
  }

  /** Returns the port URI of a topic. */
  public String topic(String name) {
    return "kafka://" + kafka.bootstrapServers() + "/" + name;
  }

  @Override
  public void close() {
    // The job first, then the services it uses; each is closed even if closing another one fails.
    try (kafka;
        bureau;
        flink) {}
  }
}
