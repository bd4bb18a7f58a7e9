package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * The schema of a column, from the schema part of a change event.
 *
 * @param type the Kafka Connect type, such as {@code int64}; empty if the event has no schema part
 * @param name the semantic type, such as {@code io.debezium.time.Date}; empty if there is none
 * @param parameters the parameters of the semantic type
 */
record ColumnSchema(String type, String name, JsonNode parameters) {
  /** The schema of a column in an event without a schema part. */
  static final ColumnSchema NONE = new ColumnSchema("", "", MissingNode.getInstance());

  static ColumnSchema of(JsonNode field) {
    return new ColumnSchema(
        field.path("type").asText(), field.path("name").asText(), field.path("parameters"));
  }

  boolean isNone() {
    return type.isEmpty();
  }
}
