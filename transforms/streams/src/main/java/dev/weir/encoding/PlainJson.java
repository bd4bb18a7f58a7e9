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
 * Writes an Avro record of scalar fields and such records as one plain JSON object, in the order of
 * its schema: times as ISO-8601 in UTC, decimals as numbers with all their decimals, enums by name,
 * nulls as {@code null}. Two equal records give the same bytes.
 *
 * <p>Three properties of a field in its schema change this: {@code "optional": true} leaves it out
 * where it is null, {@code "text": true} writes its number as a text, and {@code "json": true}
 * states that its text is a JSON value already, which is written as it is; whoever filled it has
 * checked that it is one.
 */
public final class PlainJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /** A job has a few schemas, and many records of each. */
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

    private static boolean has(Schema.Field field, String property) {
      return Boolean.TRUE.equals(field.getObjectProp(property));
    }
  }

  /** The record as UTF-8 without a line break. */
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
   * Some fields of the record, and more after them, as UTF-8 without a line break.
   *
   * @param fields of the record, in this order
   * @param more names and values that the record does not have
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

  /** Within JSON's texts a line break is escaped: one that is not is mere space. */
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
      throw new IllegalArgumentException("no JSON form for " + value.getClass().getName());
    }
  }
}
