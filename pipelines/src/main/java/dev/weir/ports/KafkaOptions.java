package dev.weir.ports;

import dev.weir.kafka.GapOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Hidden;

/** The arguments of every pipeline that has {@code kafka:} ports. */
public interface KafkaOptions extends PlainHttpOptions, GapOptions {
  @Description(
      "Maximum size, in bytes, of a record written to a kafka: port (Kafka's max.request.size); the"
          + " topic's max.message.bytes must allow it")
  @Default.Integer(1_048_576)
  int getMaxRequestSize();

  void setMaxRequestSize(int bytes);

  @Description(
      "File with Kafka's client properties for all kafka: ports, such as those for TLS and SASL;"
          + " env:NAME or ${env:NAME} reads a secret from the environment, here and on the workers"
          + " (default: no TLS, no authentication)")
  String getKafkaProperties();

  void setKafkaProperties(String file);

  @Description(
      "How a live job publishes to kafka: outputs: exactly-once, visible to read_committed consumers"
          + " after about 100 ms, or at-least-once (default exactly-once; a bounded run always"
          + " publishes at least once)")
  String getDelivery();

  void setDelivery(String guarantee);

  @Description(
      "Number of writer groups of a topic, as topic:number[,topic:number...]; fewer than"
          + " the parallelism leave instances idle; fixed for the life of the job's state (default"
          + " the largest divisor of the topic's number of partitions up to 16)")
  String getWriterGroups();

  void setWriterGroups(String groups);

  @Description(
      "Starts a restored job even if its output topics no longer hold every record published since"
          + " the checkpoint; missing records may be published again")
  boolean getAllowRepeats();

  void setAllowRepeats(boolean allow);

  @Hidden
  @Description("Assembles the pipeline without contacting a broker; it cannot be run")
  boolean getOffline();

  void setOffline(boolean offline);

  @Description(
      "Where kafka: inputs without a position in a checkpoint or savepoint begin: earliest, latest or"
          + " a time (2026-01-05 or 2026-01-05T12:00:00Z) for the first record of each partition"
          + " whose timestamp is at or after it (default earliest)")
  String getFrom();

  void setFrom(String place);

  @Description(
      "Schema registry of the kafka: ports, http(s)://host:port[/path], with the API of Confluent's."
          + " Values that are read are in its wire format, Avro or JSON; outputs with ?format=avro"
          + " are written in it. Credentials come from the environment: SCHEMA_REGISTRY_USER_INFO"
          + " (user:password) or SCHEMA_REGISTRY_TOKEN")
  String getSchemaRegistry();

  void setSchemaRegistry(String address);
}
