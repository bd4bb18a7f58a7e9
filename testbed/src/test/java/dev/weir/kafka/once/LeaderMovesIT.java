package dev.weir.kafka.once;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.kafka.KafkaCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishing while the leaders of the topic and the coordinator move to another broker. */
@Timeout(300)
class LeaderMovesIT {
  private static final String TOPIC = "moved";

  /** Its leaders are the coordinators of transactions. */
  private static final String TRANSACTIONS = "__transaction_state";

  @TempDir private Path folder;

  @Test
  void aTransactionIsCommittedOnTheOtherBroker() throws IOException, ExecutionException {
    try (EmbeddedKafka first =
            EmbeddedKafka.start(folder.resolve("1"), 0, Map.of("num.partitions", "1"));
        EmbeddedKafka second = another("2")) {
      KafkaCluster cluster =
          KafkaCluster.at(first.bootstrapServers() + "," + second.bootstrapServers());
      try (Admin admin = cluster.admin(Map.of())) {
        admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(1), 1, List.of(1)))));
        eventually(() -> leaders(admin, TOPIC), is(List.of(1, 1)));
        TopicLog.Spec spec = PublishingJob.spec(cluster, TOPIC, 2);
        Map<Integer, SavedState> checkpoint;
        try (PublishingJob job = PublishingJob.start(spec)) {
          job.publish(List.of("a", "b"));
          checkpoint = job.checkpoint();
        }
        try (TopicLog log = new TopicLog(spec, spec.layout().groupOf("c"))) {
          log.takeOver();
          PublisherIT.open(log, "c");
          moveTo(2, admin, TOPIC);
          moveTo(2, admin, TRANSACTIONS);
          log.commit();
        }
        try (PublishingJob restored = PublishingJob.restore(spec, checkpoint)) {
          restored.publish(List.of("c", "d"));
          restored.finishBundle();
          assertThat(restored.recovered, is(1));
        }
        assertThat(
            PublisherIT.read(cluster, TOPIC, "read_committed"),
            containsInAnyOrder("a", "b", "c", "d"));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a broker that belongs to the cluster of the first one. */
  private EmbeddedKafka another(String id) throws IOException {
    Properties cluster = load(folder.resolve("1/data/meta.properties"));
    cluster.setProperty("node.id", id);
    cluster.remove("directory.id");
    Path data = Files.createDirectories(folder.resolve(id).resolve("data"));
    try (OutputStream out = Files.newOutputStream(data.resolve("meta.properties"))) {
      cluster.store(out, null);
    }
    String voters =
        load(folder.resolve("1/broker.properties")).getProperty("controller.quorum.voters");
    return EmbeddedKafka.start(
        folder.resolve(id),
        0,
        Map.of("node.id", id, "process.roles", "broker", "controller.quorum.voters", voters));
  }

  private static Properties load(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return properties;
  }

  private static void moveTo(int broker, Admin admin, String topic)
      throws InterruptedException, ExecutionException {
    int partitions = leaders(admin, topic).size();
    admin
        .alterPartitionReassignments(
            Stream.iterate(0, n -> n + 1)
                .limit(partitions)
                .collect(
                    Collectors.toMap(
                        n -> new TopicPartition(topic, n),
                        n -> Optional.of(new NewPartitionReassignment(List.of(broker))))))
        .all()
        .get();
    eventually(
        () -> leaders(admin, topic), is(Stream.generate(() -> broker).limit(partitions).toList()));
  }

  private static List<Integer> leaders(Admin admin, String topic) {
    try {
      TopicDescription description =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
      return description.partitions().stream()
          .map(partition -> partition.leader() == null ? -1 : partition.leader().id())
          .toList();
    } catch (ExecutionException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
