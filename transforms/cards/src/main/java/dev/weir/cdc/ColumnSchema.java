package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What the schema part of a change event states about a column.
 *
 * @param type of Kafka Connect, such as {@code int64}; empty where the event has no schema part
 * @param name the semantic type, such as {@code io.debezium.time.Date}; empty where there is none
 * @param parameters of the semantic type
 */
record ColumnSchema(String type, String name, JsonNode parameters) {
  /** Of a column of an event without a schema part. */
  static final ColumnSchema NONE = new ColumnSchema("", "", MissingNode.getInstance());

  static ColumnSchema of(JsonNode field) {
    return new ColumnSchema(
        field.path("type").asText(), field.path("name").asText(), field.path("parameters"));
  }

  boolean isNone() {
    return type.isEmpty();
  }
}
