package dev.weir.embedded;

import java.util.Map;
import java.util.Objects;

/**
 * The settings of an embedded Kafka Connect.
 *
 * @param worker settings of the worker, which take precedence over those of the embedded one
 * @param connector all settings of the connector, with at least {@code name} and {@code slot.name}
 */
public record ConnectSettings(Map<String, String> worker, Map<String, String> connector) {

  public ConnectSettings {
    worker = Map.copyOf(worker);
    connector = Map.copyOf(connector);
    Objects.requireNonNull(connector.get("name"), "the connector has no name");
    Objects.requireNonNull(connector.get("slot.name"), "the connector has no slot.name");
  }

  /** Returns the connector's name in Connect's REST interface. */
  String name() {
    return connector.get("name");
  }

  /** Returns the replication slot through which the connector reads the database's log. */
  String slot() {
    return connector.get("slot.name");
  }

  /**
   * Returns the settings that publish the bank's tables.
   *
   * @param partitions number of partitions of a topic that the connector creates
   * @param schemas whether each record carries its schema, {@code {"schema":…,"payload":…}}
   */
  static ConnectSettings ofBank(EmbeddedDatabase database, int partitions, boolean schemas) {
    return new ConnectSettings(
        Map.of(
            "key.converter.schemas.enable",
            Boolean.toString(schemas),
            "value.converter.schemas.enable",
            Boolean.toString(schemas),
            // Otherwise a null would arrive as the column's default: a null status as PENDING.
            "value.converter.replace.null.with.default",
            "false"),
        Map.ofEntries(
            Map.entry("name", "bank"),
            Map.entry("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
            Map.entry("tasks.max", "1"),
            Map.entry("database.hostname", Ports.HOST),
            Map.entry("database.port", Integer.toString(database.port())),
            Map.entry("database.user", database.user()),
            Map.entry("database.dbname", database.name()),
            Map.entry("topic.prefix", "bank"),
            Map.entry("table.include.list", "public.customers,public.transactions"),
            Map.entry("plugin.name", "pgoutput"),
            Map.entry("slot.name", "weir"),
            Map.entry("publication.name", "weir"),
            Map.entry("publication.autocreate.mode", "filtered"),
            Map.entry("snapshot.mode", "initial"),
            Map.entry("decimal.handling.mode", "string"),
            Map.entry("poll.interval.ms", "100"),
            // Advances the slot, which frees the log, while only other tables change.
            Map.entry("heartbeat.interval.ms", "1000"),
            Map.entry("topic.creation.default.replication.factor", "1"),
            Map.entry("topic.creation.default.partitions", Integer.toString(partitions))));
  }
}
