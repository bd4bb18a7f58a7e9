package dev.weir.postgres;

import dev.weir.ports.DatabaseTls;
import java.util.HashMap;
import java.util.Map;

/**
 * Configuration of a slot's reader. It is serialized and stored with the pipeline, so it contains
 * no password.
 *
 * @param slot also the name of the publication
 * @param passwordFile or null
 */
record SlotConfiguration(Database database, SourceTable table, String slot, String passwordFile) {

  static SlotConfiguration from(Map<String, String> properties) {
    return new SlotConfiguration(
        new Database(
            properties.get("weir.host"),
            Integer.parseInt(properties.get("weir.port")),
            properties.get("weir.database"),
            properties.get("weir.user"),
            new DatabaseTls(
                properties.get("weir.sslmode"),
                properties.get("weir.channel_binding"),
                properties.get("weir.sslrootcert"))),
        SourceTable.parse(properties.get("weir.table")),
        properties.get("weir.slot"),
        properties.get("weir.password.file"));
  }

  Map<String, String> toProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("weir.host", database.host());
    properties.put("weir.port", Integer.toString(database.port()));
    properties.put("weir.database", database.name());
    properties.put("weir.user", database.user());
    properties.put("weir.sslmode", database.tls().mode());
    properties.put("weir.channel_binding", database.tls().channelBinding());
    if (database.tls().rootCertificate() != null) {
      properties.put("weir.sslrootcert", database.tls().rootCertificate());
    }
    properties.put("weir.table", table.toString());
    properties.put("weir.slot", slot);
    if (passwordFile != null) {
      properties.put("weir.password.file", passwordFile);
    }
    return properties;
  }

  /** Returns the key that identifies the reader within a process. */
  String key() {
    return database + "#" + slot;
  }

  String password() {
    return PostgresPassword.ofThisProcess().of(database, passwordFile);
  }

  /**
   * Returns the properties for Debezium's connector, including the password.
   *
   * @param encrypted whether this process's own connection to the database is encrypted
   */
  Map<String, String> forDebezium(String password, boolean encrypted) {
    Map<String, String> properties = new HashMap<>();
    properties.put("database.hostname", database.host());
    properties.put("database.port", Integer.toString(database.port()));
    properties.put("database.user", database.user());
    properties.put("database.password", password);
    properties.put("database.dbname", database.name());
    // Debezium passes these to the driver, for its connection to the log as well.
    database
        .tls()
        .driverProperties()
        .forEach((name, value) -> properties.put("database." + name, value));
    if (database.tls().isOptional()) {
      // Debezium does not know this mode.
      properties.put("database.sslmode", encrypted ? "require" : "disable");
    }
    properties.put("database.server.name", slot);
    properties.put("table.include.list", table.schema() + "\\." + table.name());
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", slot);
    properties.put("publication.name", slot);
    properties.put("publication.autocreate.mode", "filtered");
    properties.put("snapshot.mode", "initial");
    properties.put("decimal.handling.mode", "string");
    properties.put("tombstones.on.delete", "false");
    properties.put("poll.interval.ms", "100");
    // The runner restarts a failed reader from a checkpoint.
    properties.put("slot.max.retries", "0");
    return properties;
  }
}
