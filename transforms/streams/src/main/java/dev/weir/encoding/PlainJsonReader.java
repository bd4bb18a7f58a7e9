package dev.weir.encoding;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads what {@link PlainJson} wrote back into records of generated classes. A record that is
 * written, read and written again has the same bytes. A member that the record does not have is
 * ignored; a field without a member is null or has its default. The text of a field with the
 * property {@code "json"} is its value as it is written, without whitespace around it.
 *
 * <p>Each method throws an {@link IllegalArgumentException} if the JSON is not such a record; it
 * names the field and quotes no value.
 */
public final class PlainJsonReader {
  private static final byte[] EMPTY = {'{', '}'};

  private static final ClassValue<Fields> FIELDS =
      new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
          return Fields.of(type.asSubclass(SpecificRecordBase.class));
        }
      };

  private PlainJsonReader() {}

  /** The fields of a class, by name, in the order of their positions. */
  private record Fields(Schema schema, Map<String, JsonMember> members) {
    static Fields of(Class<? extends SpecificRecordBase> type) {
      SpecificData model = SpecificData.getForClass(type);
      Schema schema = model.getSchema(type);
      Map<String, JsonMember> members = new LinkedHashMap<>();
      schema.getFields().forEach(field -> members.put(field.name(), new JsonMember(model, field)));
      return new Fields(schema, members);
    }
  }

  /**
   * @param type a class generated from an Avro schema
   * @param json an object in UTF-8
   * @param more an object with further fields, which the first one does not have; may be null
   */
  public static <T extends SpecificRecordBase> T read(Class<T> type, byte[] json, byte[] more) {
    T record = blank(type);
    BitSet missing = all(record);
    readMembers(record, missing, json, false);
    readMore(record, missing, more);
    return record;
  }

  /**
   * Sets some fields of a record.
   *
   * @param fields the names of the fields
   * @param more an object with these fields and no other field of the record, in UTF-8; null is an
   *     empty one
   */
  public static void readMore(SpecificRecordBase record, Collection<String> fields, byte[] more) {
    BitSet missing = new BitSet();
    fields.forEach(field -> missing.set(record.getSchema().getField(field).pos()));
    readMore(record, missing, more);
  }

  private static void readMore(SpecificRecordBase record, BitSet missing, byte[] more) {
    readMembers(record, missing, more == null ? EMPTY : more, true);
  }

  /**
   * @param isLast whether fields that are still missing after this object have no value
   */
  private static void readMembers(
      SpecificRecordBase record, BitSet missing, byte[] object, boolean isLast) {
    String name = record.getSchema().getName();
    try (JsonCursor json = new JsonCursor(name, object)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(name + " is not a JSON object");
      }
      readMembers(record, missing, json);
      if (isLast) {
        setMissing(record, missing, json);
      }
      if (json.next() != null) {
        throw new IllegalArgumentException(name + " is followed by something else");
      }
    } catch (IOException e) {
      // Not passed on: its message may quote the text.
      throw new IllegalArgumentException(name + " is not JSON in UTF-8", null);
    }
  }

  /** Reads the object at the cursor. */
  static <T extends SpecificRecordBase> T read(Class<T> type, JsonCursor json) throws IOException {
    T record = blank(type);
    BitSet missing = all(record);
    readMembers(record, missing, json);
    setMissing(record, missing, json);
    return record;
  }

  private static <T extends SpecificRecordBase> T blank(Class<T> type) {
    return type.cast(SpecificData.newInstance(type, FIELDS.get(type).schema()));
  }

  private static BitSet all(SpecificRecordBase record) {
    BitSet all = new BitSet();
    all.set(0, record.getSchema().getFields().size());
    return all;
  }

  private static void readMembers(SpecificRecordBase record, BitSet missing, JsonCursor json)
      throws IOException {
    Map<String, JsonMember> members = FIELDS.get(record.getClass()).members();
    while (json.next() == JsonToken.FIELD_NAME) {
      JsonMember member = members.get(json.text());
      json.next();
      if (member == null) {
        json.skip();
      } else if (missing.get(member.position())) {
        record.put(member.position(), member.read(json));
        missing.clear(member.position());
      } else {
        throw json.wrong("appears twice");
      }
    }
  }

  private static void setMissing(SpecificRecordBase record, BitSet missing, JsonCursor json) {
    for (JsonMember member : FIELDS.get(record.getClass()).members().values()) {
      if (missing.get(member.position())) {
        if (!member.mayBeMissing()) {
          throw json.missing(member.name());
        }
        record.put(member.position(), member.missing());
      }
    }
  }
}
