package dev.weir.verify;

import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import dev.weir.encoding.SingleObjectReader;
import dev.weir.kafka.registry.AvroWireReader;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** Renders records as the plain JSON that is published of them. */
final class RecordJson<T extends SpecificRecordBase> {
  private final SingleObjectReader<T> reader;
  private final List<String> published;

  private RecordJson(SingleObjectReader<T> reader, List<String> published) {
    this.reader = reader;
    this.published = published;
  }

  static <T extends SpecificRecordBase> RecordJson<T> of(Class<T> type) {
    return new RecordJson<>(
        SingleObjectReader.of(type), RowKey.published(SpecificData.get().getSchema(type)));
  }

  /** Reads Avro's single-object encoding. */
  T read(byte[] bytes) throws UnreadableRecord {
    return reader.read(bytes);
  }

  byte[] published(T row) {
    return PlainJson.write(row, published, Map.of());
  }

  /** Returns a renderer of values in the wire format of a registry. */
  TopicOutput.ValueJson ofWireFormat(SchemaRegistry registry, Class<T> type) {
    AvroWireReader<T> values = AvroWireReader.of(registry, type);
    return value -> {
      try {
        return published(values.read(value, null));
      } catch (IllegalArgumentException e) {
        throw new UnreadableRecord(Reason.MALFORMED, e.getMessage());
      }
    };
  }
}
