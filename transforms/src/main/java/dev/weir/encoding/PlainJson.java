package dev.weir.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Writes an Avro record of scalar fields as one plain JSON object, in the order of its schema:
 * times as ISO-8601 in UTC, decimals as numbers with all their decimals, enums by name, nulls as
 * {@code null}. Two equal records give the same bytes.
 */
public final class PlainJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(com.fasterxml.jackson.core.StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private PlainJson() {}

  /** The record as UTF-8 without a line break. */
  public static byte[] write(IndexedRecord record) {
    List<String> all = record.getSchema().getFields().stream().map(Schema.Field::name).toList();
    return write(record, all, Map.of());
  }

  /**
   * Some fields of the record, and more after them, as UTF-8 without a line break.
   *
   * @param fields of the record, in this order
   * @param more names and values that the record does not have
   */
  public static byte[] write(IndexedRecord record, List<String> fields, Map<String, ?> more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      for (String field : fields) {
        json.writeFieldName(field);
        writeValue(json, record.get(record.getSchema().getField(field).pos()));
      }
      for (Map.Entry<String, ?> other : more.entrySet()) {
        json.writeFieldName(other.getKey());
        writeValue(json, other.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof BigDecimal decimal) {
      json.writeNumber(decimal);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Instant || value instanceof Enum<?>) {
      json.writeString(value.toString());
    } else if (value instanceof CharSequence text) {
      json.writeString(text.toString());
    } else {
      throw new IllegalArgumentException("no JSON form for " + value.getClass().getName());
    }
  }
}
