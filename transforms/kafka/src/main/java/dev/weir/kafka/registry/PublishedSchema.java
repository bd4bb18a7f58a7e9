package dev.weir.kafka.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.changelog.RowKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/** The schema of a record as others see it. */
public final class PublishedSchema {
  private static final JsonMapper JSON = new JsonMapper();

  /** Concerns only the classes that are generated from the schema. */
  private static final String JAVA_STRING = "avro.java.string";

  private PublishedSchema() {}

  /** Returns the record's schema without fields for the lake only and without notes for Java. */
  public static Schema of(Schema record) {
    try {
      ObjectNode schema = (ObjectNode) JSON.readTree(record.toString());
      List<String> published = RowKey.published(record);
      ArrayNode fields = JSON.createArrayNode();
      for (JsonNode field : schema.get("fields")) {
        if (published.contains(field.get("name").textValue())) {
          fields.add(field);
        }
      }
      schema.set("fields", fields);
      removeJavaString(schema);
      return new Schema.Parser().parse(schema.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeJavaString(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(JAVA_STRING);
    }
    node.forEach(PublishedSchema::removeJavaString);
  }
}
