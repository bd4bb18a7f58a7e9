package dev.weir.kafka.once;

import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** The fields of a record that are not in the value of its topic's record. */
final class UnpublishedFields {
  /** Cached: a job has few schemas and many records of each. */
  private static final Map<Schema, List<String>> KNOWN = new ConcurrentHashMap<>();

  private UnpublishedFields() {}

  /** Returns them as a JSON object; null if there are none. */
  static byte[] write(IndexedRecord record) {
    List<String> fields = KNOWN.computeIfAbsent(record.getSchema(), UnpublishedFields::of);
    return fields.isEmpty() ? null : PlainJson.write(record, fields, Map.of());
  }

  private static List<String> of(Schema schema) {
    List<String> published = RowKey.published(schema);
    return schema.getFields().stream()
        .map(Schema.Field::name)
        .filter(name -> !published.contains(name))
        .toList();
  }
}
