package dev.weir.iceberg.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.FastReaderBuilder;

/**
 * Decodes records without converting their values: logical types stay raw, and text stays UTF-8
 * even if the schema asks for a {@link String}.
 */
final class RawRowReader {
  private RawRowReader() {}

  /** Returns a reader of records that {@link AvroRowWriter} has written with the schema. */
  static DatumReader<IndexedRecord> of(Schema schema) {
    Map<String, Schema> declared = new HashMap<>();
    addRecords(schema, declared);
    GenericData data =
        new GenericData() {
          @Override
          public InstanceSupplier getNewRecordSupplier(Schema type) {
            // Records get the schema that was declared, not the one that they are read with.
            Schema own = declared.get(type.getFullName());
            return (old, read) -> new Record(own);
          }
        };
    try {
      return new FastReaderBuilder(data)
          .withClassPropEnabled(false)
          .withKeyClassEnabled(false)
          .createDatumReader(new Schema.Parser().parse(withoutStringTypes(schema.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addRecords(Schema schema, Map<String, Schema> byName) {
    switch (schema.getType()) {
      case RECORD -> {
        if (byName.putIfAbsent(schema.getFullName(), schema) == null) {
          schema.getFields().forEach(field -> addRecords(field.schema(), byName));
        }
      }
      case ARRAY -> addRecords(schema.getElementType(), byName);
      case MAP -> addRecords(schema.getValueType(), byName);
      case UNION -> schema.getTypes().forEach(type -> addRecords(type, byName));
      default -> {
        // Contains no records.
      }
    }
  }

  private static String withoutStringTypes(String json) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode schema = mapper.readTree(json);
      schema
          .findParents(GenericData.STRING_PROP)
          .forEach(type -> ((ObjectNode) type).remove(GenericData.STRING_PROP));
      return mapper.writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro has written a schema that is not JSON", e);
    }
  }
}
