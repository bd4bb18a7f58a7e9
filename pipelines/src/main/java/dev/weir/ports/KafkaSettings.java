package dev.weir.ports;

import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.registry.SchemaRegistry;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings that the {@code kafka:} ports of a job share.
 *
 * @param properties the properties of all clients
 * @param maxRequestSize the size in bytes of the largest record that can be written
 * @param registry the schema registry of all values that have a schema
 * @param exactlyOnce empty if outputs are published at least once
 * @param offline whether the pipeline is assembled without contacting a broker, and never run
 */
public record KafkaSettings(
    ClientProperties properties,
    int maxRequestSize,
    Optional<SchemaRegistry> registry,
    Optional<ExactlyOnce> exactlyOnce,
    boolean offline) {
  /** The largest request for which the client's buffer, twice its size, can be configured. */
  private static final int LARGEST_REQUEST = 1 << 30;

  private static final int SMALLEST_REQUEST = 1_024;
  private static final String EXACTLY_ONCE = "exactly-once";
  private static final String AT_LEAST_ONCE = "at-least-once";

  /**
   * @throws PortException if an argument is invalid
   */
  public static KafkaSettings of(KafkaOptions options) {
    return new KafkaSettings(
        properties(options.getKafkaProperties()),
        Numbers.between(
            "maxRequestSize", options.getMaxRequestSize(), SMALLEST_REQUEST, LARGEST_REQUEST),
        registry(options),
        Optional.empty(),
        options.getOffline());
  }

  /**
   * Like {@link #of(KafkaOptions)}, for a job with outputs.
   *
   * @param sinkId names the job in what it publishes
   * @param live whether the job's input never ends
   * @throws PortException if an argument is invalid
   */
  public static KafkaSettings of(KafkaOptions options, String sinkId, boolean live) {
    KafkaSettings common = of(options);
    boolean once = isExactlyOnce(options.getDelivery(), live);
    return new KafkaSettings(
        common.properties,
        common.maxRequestSize,
        common.registry,
        once ? Optional.of(ExactlyOnce.of(options, sinkId)) : Optional.empty(),
        common.offline);
  }

  private static boolean isExactlyOnce(String delivery, boolean live) {
    if (delivery == null) {
      return live;
    }
    if (delivery.equals(AT_LEAST_ONCE)) {
      return false;
    }
    if (!delivery.equals(EXACTLY_ONCE)) {
      throw new PortException(
          "--delivery: '" + delivery + "' is not a guarantee; write exactly-once or at-least-once");
    }
    if (!live) {
      throw new PortException(
          "--delivery=exactly-once needs an input that never ends; a bounded run publishes at least"
              + " once, and a rerun publishes everything again");
    }
    return true;
  }

  private static Optional<SchemaRegistry> registry(KafkaOptions options) {
    if (options.getSchemaRegistry() == null) {
      return Optional.empty();
    }
    SchemaRegistry registry =
        SchemaRegistry.at(Port.service("schemaRegistry", options.getSchemaRegistry()))
            .withPlainHttpAllowed(options.getAllowPlainHttp());
    try {
      registry.checkCredentials();
    } catch (IllegalArgumentException e) {
      throw new PortException("--schemaRegistry: " + e.getMessage());
    }
    return Optional.of(registry);
  }

  /**
   * Reads the file given as {@code --kafkaProperties}.
   *
   * @param file null if it is not given
   * @throws PortException if the file cannot be used
   */
  public static ClientProperties properties(String file) {
    if (file == null) {
      return ClientProperties.standard();
    }
    try {
      return ClientProperties.read(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw new PortException("--kafkaProperties: " + e.getMessage());
    }
  }

  /** Returns the cluster that a topic is in. */
  public KafkaCluster cluster(Port.Topic topic) {
    return new KafkaCluster(topic.brokers(), properties);
  }

  /**
   * Returns the registry for a topic that is written as Avro.
   *
   * @throws PortException if there is none
   */
  public SchemaRegistry registryFor(Port.Topic topic) {
    return registry.orElseThrow(
        () ->
            new PortException(
                "kafka://"
                    + topic.brokers()
                    + "/"
                    + topic.name()
                    + "?format=avro needs --schemaRegistry=URL; without it, topics are written as"
                    + " JSON"));
  }
}
