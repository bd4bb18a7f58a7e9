package dev.weir.kafka;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates clients of a Kafka cluster. It can be sent to workers; secrets are read from the
 * environment of the process that creates a client.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 */
public record KafkaCluster(String bootstrapServers, ClientProperties properties)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public KafkaCluster {
    Objects.requireNonNull(bootstrapServers);
    Objects.requireNonNull(properties);
  }

  /**
   * A cluster without TLS and authentication.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas
   */
  public static KafkaCluster at(String bootstrapServers) {
    return new KafkaCluster(bootstrapServers, ClientProperties.standard());
  }

  /**
   * @param settings what this consumer needs; the cluster's properties take precedence
   * @throws org.apache.kafka.common.KafkaException if the client cannot be created; the message
   *     contains no secret
   */
  public Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return consumer(
        settings,
        all -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  <C> C consumer(Map<String, Object> settings, Function<Map<String, Object>, C> create) {
    Map<String, Object> all = new HashMap<>(settings);
    // Kafka commits positions by itself where the properties name a group.
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return create(ClientProperties.Client.CONSUMER, all, create);
  }

  /** Like {@link #consumer(Map)}. */
  public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    return producer(
        settings,
        all -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  <C> C producer(Map<String, Object> settings, Function<Map<String, Object>, C> create) {
    return create(ClientProperties.Client.PRODUCER, settings, create);
  }

  /** Like {@link #consumer(Map)}. */
  public Admin admin(Map<String, Object> settings) {
    return create(ClientProperties.Client.ADMIN, settings, Admin::create);
  }

  private <C> C create(
      ClientProperties.Client kind,
      Map<String, Object> settings,
      Function<Map<String, Object>, C> create) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return properties.resolve(kind, System::getenv).create(all, create);
  }
}
