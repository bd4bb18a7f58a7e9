package dev.weir.embedded;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Starts and stops the servers that publish the changes of a bank's database: the database, the
 * broker, and Kafka Connect between them.
 */
public record CardStack(EmbeddedKafka kafka, EmbeddedDatabase database, EmbeddedConnect connect)
    implements AutoCloseable {
  private static final int PARTITIONS = 4;

  /**
   * @param folder the folder for the files of all servers
   * @param kafkaPort 0 for a free port
   * @param databasePort 0 for a free port
   */
  public static CardStack start(Path folder, int kafkaPort, int databasePort) {
    CompletableFuture<EmbeddedDatabase> database =
        CompletableFuture.supplyAsync(
            () -> EmbeddedDatabase.start(folder.resolve("postgres"), databasePort),
            // Not a thread of the common pool: its class loader differs from the caller's.
            task -> new Thread(task, "embedded-database-start").start());
    EmbeddedKafka kafka = null;
    try {
      kafka = EmbeddedKafka.start(folder.resolve("kafka"), kafkaPort);
      return new CardStack(
          kafka,
          database.join(),
          EmbeddedConnect.start(
              folder.resolve("connect"), kafka, database.join(), PARTITIONS, false));
    } catch (CompletionException e) {
      kafka.close();
      throw e.getCause() instanceof IllegalStateException reason ? reason : e;
    } catch (RuntimeException e) {
      database.thenAccept(EmbeddedDatabase::close).exceptionally(failure -> null).join();
      if (kafka != null) {
        kafka.close();
      }
      throw e;
    }
  }

  /** Returns the port URI of the customers' changes. */
  public String customers() {
    return topic(EmbeddedConnect.CUSTOMERS);
  }

  /** Returns the port URI of the transactions' changes. */
  public String transactions() {
    return topic(EmbeddedConnect.TRANSACTIONS);
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
    // Connect first, because it uses the others; each is closed even if closing another one fails.
    try (database;
        kafka;
        connect) {}
  }
}
