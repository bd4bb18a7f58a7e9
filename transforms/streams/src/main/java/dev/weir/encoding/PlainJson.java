package dev.weir.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Writes an Avro record of scalar fields and nested records of such fields as one plain JSON
 * object, in the order of its schema: times as ISO-8601 in UTC, decimals as numbers with all their
 * decimal places, enums by name, nulls as {@code null}. Two equal records give the same bytes.
 *
 * <p>Three properties of a field in its schema change this: {@code "optional": true} omits a null
 * field, {@code "text": true} writes a number as a string, and {@code "json": true} writes a string
 * that already contains a JSON value as it is; the code that sets the field must check that it
 * does. {@link PlainJsonReader} reads records back.
 */
public final class PlainJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /** Cached: a job has few schemas and many records of each. */
  private static final Map<Schema, Map<String, Member>> MEMBERS = new ConcurrentHashMap<>();

  private PlainJson() {}

  /** How one field is written. */
  private record Member(
      SerializableString name, int position, boolean isJson, boolean isText, boolean optional) {
    static Member of(Schema.Field field) {
      return new Member(
          new SerializedString(field.name()),
          field.pos(),
          has(field, "json"),
          has(field, "text"),
          has(field, "optional"));
    }
  }

  /** Whether a field has one of the properties that change how it is written. */
  static boolean has(Schema.Field field, String property) {
    return Boolean.TRUE.equals(field.getObjectProp(property));
  }

  /** Returns the record as UTF-8 without a line break. */
  public static byte[] write(IndexedRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      writeRecord(json, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Returns some fields of the record, followed by more members, as UTF-8 without a line break.
   *
   * @param fields the fields of the record to write, in this order
   * @param more the names and values of members that the record does not have
   */
  public static byte[] write(IndexedRecord record, List<String> fields, Map<String, ?> more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    Map<String, Member> members = membersOf(record);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      for (String field : fields) {
        writeMember(json, members.get(field), record);
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

  private static Map<String, Member> membersOf(IndexedRecord record) {
    Map<String, Member> known = MEMBERS.get(record.getSchema());
    return known != null ? known : MEMBERS.computeIfAbsent(record.getSchema(), PlainJson::members);
  }

  private static Map<String, Member> members(Schema schema) {
    Map<String, Member> members = new LinkedHashMap<>();
    schema.getFields().forEach(field -> members.put(field.name(), Member.of(field)));
    return members;
  }

  private static void writeRecord(JsonGenerator json, IndexedRecord record) throws IOException {
    json.writeStartObject();
    for (Member member : membersOf(record).values()) {
      writeMember(json, member, record);
    }
    json.writeEndObject();
  }

  private static void writeMember(JsonGenerator json, Member member, IndexedRecord record)
      throws IOException {
    Object value = record.get(member.position());
    if (value == null && member.optional()) {
      return;
    }
    json.writeFieldName(member.name());
    if (value != null && member.isJson()) {
      json.writeRawValue(onOneLine(value.toString()));
    } else if (value != null && member.isText()) {
      json.writeString(value.toString());
    } else {
      writeValue(json, value);
    }
  }

  /**
   * Removes line breaks. In JSON strings they are escaped; anywhere else they are only whitespace.
   */
  private static String onOneLine(String json) {
    return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
        ? json
        : json.replace('\n', ' ').replace('\r', ' ');
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof IndexedRecord record) {
      writeRecord(json, record);
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
      throw new IllegalArgumentException(
          value.getClass().getName() + " has no JSON representation");
    }
  }
}
