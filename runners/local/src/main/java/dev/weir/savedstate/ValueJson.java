package dev.weir.savedstate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.ReadableInstant;

/**
 * Converts state values to JSON. Avro and Java records, and Weir's other classes without a {@code
 * toString()}, become objects; times are ISO-8601 in UTC; bytes are their number and base64; all
 * other values are their {@code toString()}. Personal data is masked.
 */
final class ValueJson {
  static final String MASK = "•••";

  /** Names of fields with personal data, in lower case and without underscores. */
  private static final Set<String> PERSONAL =
      Set.of(
          "ssn",
          "customername",
          "email",
          "phone",
          "phonenumber",
          "dateofbirth",
          "city",
          "birthcityplace",
          "address",
          "postalcode",
          "token");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectReader READER =
      new ObjectMapper()
          .readerFor(Object.class)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private ValueJson() {}

  static ObjectNode object() {
    return NODES.objectNode();
  }

  static JsonNode of(Object value) {
    if (value == null) {
      return NODES.nullNode();
    } else if (value instanceof CharSequence || value instanceof Enum<?>) {
      return NODES.textNode(value.toString());
    } else if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    } else if (value instanceof Number number) {
      return number(number);
    } else if (value instanceof ReadableInstant time) {
      return NODES.textNode(Instant.ofEpochMilli(time.getMillis()).toString());
    } else if (value instanceof byte[] bytes) {
      return bytes(bytes);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes(bytes);
    }
    return structure(value);
  }

  private static JsonNode number(Number number) {
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      return NODES.numberNode(number.intValue());
    } else if (number instanceof Long) {
      return NODES.numberNode(number.longValue());
    } else if (number instanceof Float || number instanceof Double) {
      return NODES.numberNode(number.doubleValue());
    } else if (number instanceof BigDecimal decimal) {
      return NODES.numberNode(decimal);
    } else if (number instanceof BigInteger large) {
      return NODES.numberNode(large);
    }
    return NODES.textNode(number.toString());
  }

  private static JsonNode bytes(byte[] bytes) {
    return object().put("bytes", bytes.length).put("base64", bytes);
  }

  private static JsonNode structure(Object value) {
    if (value instanceof IndexedRecord record) {
      ObjectNode object = object();
      for (Schema.Field field : record.getSchema().getFields()) {
        Object held = record.get(field.pos());
        boolean isJson = Boolean.TRUE.equals(field.getObjectProp("json"));
        set(object, field.name(), isJson && held != null ? parsed(held.toString()) : held);
      }
      return object;
    } else if (value instanceof KV<?, ?> pair) {
      return object().<ObjectNode>set("key", of(pair.getKey())).set("value", of(pair.getValue()));
    } else if (value instanceof TimestampedValue<?> timed) {
      return object()
          .<ObjectNode>set("timestamp", of(timed.getTimestamp()))
          .set("value", of(timed.getValue()));
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode object = object();
      map.forEach((key, held) -> set(object, String.valueOf(key), held));
      return object;
    } else if (value instanceof Iterable<?> many) {
      ArrayNode array = NODES.arrayNode();
      many.forEach(each -> array.add(of(each)));
      return array;
    } else if (value.getClass().isArray()) {
      ArrayNode array = NODES.arrayNode();
      for (int n = 0; n < Array.getLength(value); n++) {
        array.add(of(Array.get(value, n)));
      }
      return array;
    } else if (value instanceof Record record) {
      return components(record);
    } else if (isOwnClassWithoutToString(value.getClass())) {
      return fields(value);
    }
    return NODES.textNode(value.toString());
  }

  /** Parses a text field that contains JSON according to its schema. */
  private static Object parsed(String text) {
    try {
      return READER.readValue(text);
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static boolean isOwnClassWithoutToString(Class<?> type) {
    try {
      return type.getName().startsWith("dev.weir.")
          && type.getMethod("toString").getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode components(Record record) {
    ObjectNode object = object();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        set(object, component.getName(), component.getAccessor().invoke(record));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read the fields of " + record.getClass(), e);
      }
    }
    return object;
  }

  private static JsonNode fields(Object value) {
    ObjectNode object = object();
    for (Field field : value.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        try {
          field.setAccessible(true);
          set(object, field.getName(), field.get(value));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("cannot read the fields of " + value.getClass(), e);
        }
      }
    }
    return object;
  }

  private static void set(ObjectNode object, String name, Object value) {
    boolean masked =
        value != null && PERSONAL.contains(name.replace("_", "").toLowerCase(Locale.ROOT));
    object.set(name, masked ? NODES.textNode(MASK) : of(value));
  }
}
