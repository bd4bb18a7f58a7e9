package dev.weir.encoding;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
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
  /** Cached: a job has few schemas and many records of each. */
  private static final Map<Schema, Map<String, Member>> MEMBERS = new ConcurrentHashMap<>();

  private PlainJson() {}

  /** How one field is written. */
  private record Member(
      byte[] name, int position, boolean isJson, boolean isText, boolean optional) {
    static Member of(Schema.Field field) {
      return new Member(
          // Avro allows only letters, digits and underscores in names.
          ('"' + field.name() + "\":").getBytes(StandardCharsets.UTF_8),
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
    JsonBytes json = new JsonBytes();
    writeRecord(json, record);
    return json.toByteArray();
  }

  /**
   * Returns some fields of the record, followed by more members, as UTF-8 without a line break.
   *
   * @param fields the fields of the record to write, in this order
   * @param more the names and values of members that the record does not have
   */
  public static byte[] write(IndexedRecord record, List<String> fields, Map<String, ?> more) {
    JsonBytes json = new JsonBytes();
    Map<String, Member> members = membersOf(record);
    char before = '{';
    for (String field : fields) {
      before = writeMember(json, before, members.get(field), record);
    }
    for (Map.Entry<String, ?> other : more.entrySet()) {
      json.mark(before);
      json.string(other.getKey());
      json.mark(':');
      writeValue(json, other.getValue());
      before = ',';
    }
    writeEnd(json, before);
    return json.toByteArray();
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

  private static void writeRecord(JsonBytes json, IndexedRecord record) {
    char before = '{';
    for (Member member : membersOf(record).values()) {
      before = writeMember(json, before, member, record);
    }
    writeEnd(json, before);
  }

  private static void writeEnd(JsonBytes json, char before) {
    if (before == '{') {
      json.mark('{');
    }
    json.mark('}');
  }

  /** Writes a member, unless it is omitted, and returns what comes before the next one. */
  private static char writeMember(
      JsonBytes json, char before, Member member, IndexedRecord record) {
    Object value = record.get(member.position());
    if (value == null && member.optional()) {
      return before;
    }
    json.mark(before);
    json.raw(member.name());
    if (value != null && member.isJson()) {
      json.raw(onOneLine(value.toString()));
    } else if (value != null && member.isText()) {
      json.string(value.toString());
    } else {
      writeValue(json, value);
    }
    return ',';
  }

  /**
   * Removes line breaks. In JSON strings they are escaped; anywhere else they are only whitespace.
   */
  private static String onOneLine(String json) {
    return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
        ? json
        : json.replace('\n', ' ').replace('\r', ' ');
  }

  private static void writeValue(JsonBytes json, Object value) {
    if (value == null) {
      json.raw("null");
    } else if (value instanceof IndexedRecord record) {
      writeRecord(json, record);
    } else if (value instanceof BigDecimal decimal) {
      json.number(decimal);
    } else if (value instanceof Integer number) {
      json.number(number);
    } else if (value instanceof Long number) {
      json.number(number);
    } else if (value instanceof Double number) {
      json.number(number);
    } else if (value instanceof Boolean truth) {
      json.raw(truth.toString());
    } else if (value instanceof Instant time) {
      json.time(time);
    } else if (value instanceof Enum<?> || value instanceof CharSequence) {
      json.string(value.toString());
    } else {
      throw new IllegalArgumentException(
          value.getClass().getName() + " has no JSON representation");
    }
  }
}
