package dev.weir.encoding;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** How one field of a record is read from the JSON that {@link PlainJson} writes. */
final class JsonMember {
  /** JSON has no numbers for these; they are written as strings. */
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private final SpecificData model;
  private final Schema.Field field;
  private final Schema type;
  private final boolean isJson;
  private final boolean isText;
  private final boolean optional;

  JsonMember(SpecificData model, Schema.Field field) {
    this.model = model;
    this.field = field;
    this.type = ScalarText.valueType(field.schema());
    this.isJson = PlainJson.has(field, "json");
    this.isText = PlainJson.has(field, "text");
    this.optional = PlainJson.has(field, "optional");
  }

  String name() {
    return field.name();
  }

  int position() {
    return field.pos();
  }

  /** Whether an object may be without this member. */
  boolean mayBeMissing() {
    return field.schema().isNullable() || field.hasDefaultValue();
  }

  /** The value of a record whose object is without this member. */
  Object missing() {
    if (!field.hasDefaultValue() || optional && field.schema().isNullable()) {
      return null;
    }
    // A copy, because Avro keeps the default, and a record can be changed.
    return model.deepCopy(field.schema(), model.getDefaultValue(field));
  }

  /**
   * Reads the value at the cursor.
   *
   * @throws IllegalArgumentException if it is not a value of the field
   */
  Object read(JsonCursor json) throws IOException {
    if (json.token() == JsonToken.VALUE_NULL && field.schema().isNullable()) {
      // A null of an optional field is not written, so this is the text of its JSON value.
      return isJson && optional ? json.asWritten() : null;
    }
    if (isJson) {
      return json.asWritten();
    }
    return switch (type.getType()) {
      case RECORD -> record(json);
      case BOOLEAN -> {
        expect(json, json.token().isBoolean(), "is neither true nor false");
        yield json.token() == JsonToken.VALUE_TRUE;
      }
      case ENUM -> {
        expect(json, json.token() == JsonToken.VALUE_STRING, "is not a string");
        expect(json, type.hasEnumSymbol(json.text()), "is not a symbol of its type");
        yield model.createEnum(json.text(), type);
      }
      default -> scalar(json);
    };
  }

  private Object record(JsonCursor json) throws IOException {
    expect(json, json.token() == JsonToken.START_OBJECT, "is not an object");
    Class<?> nested = model.getClass(type);
    return PlainJsonReader.read(nested.asSubclass(SpecificRecordBase.class), json);
  }

  private Object scalar(JsonCursor json) throws IOException {
    if (isNumber() && !NOT_FINITE.contains(json.text())) {
      expect(json, json.token().isNumeric(), "is not a number");
    } else {
      expect(json, json.token() == JsonToken.VALUE_STRING, "is not a string");
    }
    try {
      return ScalarText.parse(type, json.text());
    } catch (IllegalArgumentException e) {
      throw json.wrong(e.getMessage());
    }
  }

  private boolean isNumber() {
    return switch (type.getType()) {
      case INT, DOUBLE, BYTES, FIXED -> !isText;
      case LONG -> !isText && type.getLogicalType() == null;
      default -> false;
    };
  }

  private static void expect(JsonCursor json, boolean holds, String otherwise) {
    if (!holds) {
      throw json.wrong(otherwise);
    }
  }
}
