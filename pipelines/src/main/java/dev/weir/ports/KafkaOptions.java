package dev.weir.ports;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The arguments of every pipeline that has {@code kafka:} ports. */
public interface KafkaOptions extends PlainHttpOptions {
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
