package dev.weir.it.loans;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Generated rows with a column of every type that an engine can read, and the JSON that is expected
 * for them.
 */
public final class Entries {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema BYTES = Schema.create(Schema.Type.BYTES);

  private static final long DAY = 86_400_000L;

  private static final Schema NOTE =
      SchemaBuilder.record("Note")
          .fields()
          .name("at")
          .type(LogicalTypes.timestampMicros().addToSchema(copy(LONG)))
          .noDefault()
          .optionalString("text")
          .endRecord();

  /** Partition values; each contains characters that are special in the path of a file. */
  static final List<String> PLACES =
      List.of("a/b", "x=1/y=2", "two words", "100%+1&2", "..", "", "null", "Z\u00fcrich\u20ac");

  /** About as long as the bounds that Iceberg keeps for a string. */
  static final List<String> CODES =
      List.of(
          "abcdefghij",
          "abcdefghijk",
          "abcdefghijklmno",
          "abcdefghijklmnop",
          "abcdefghijklmnopq",
          "abcdefghijklmnoq",
          "\u00fc\u20ac\ud83d\ude00\u00fc\u20ac\ud83d\ude00\u00fc\u20ac\ud83d\ude00\u00fc\u20ac\ud83d\ude00");

  /** The primary key, if there is one. */
  public static final String[] KEY = {"place", "code", "ts", "price"};

  /** Every type that Flink can read, all but a UUID. */
  public static final Schema SCHEMA =
      Schema.createRecord(
          "Entry",
          null,
          "dev.weir.test",
          false,
          List.of(
              new Field("place", copy(STRING)),
              new Field("code", copy(STRING)),
              new Field("ts", LogicalTypes.timestampMillis().addToSchema(copy(LONG))),
              new Field("price", LogicalTypes.decimal(18, 4).addToSchema(copy(BYTES))),
              optional("region", copy(STRING)),
              optional("flag", Schema.create(Schema.Type.BOOLEAN)),
              optional("small", copy(INT)),
              optional("big", copy(LONG)),
              optional("narrow", Schema.create(Schema.Type.FLOAT)),
              optional("wide", Schema.create(Schema.Type.DOUBLE)),
              optional("color", SchemaBuilder.enumeration("Color").symbols("RED", "GREEN")),
              optional("blob", copy(BYTES)),
              optional("hash", SchemaBuilder.fixed("Hash").size(4)),
              optional("cents", LogicalTypes.decimal(9, 2).addToSchema(copy(BYTES))),
              optional("exact", LogicalTypes.decimal(38, 10).addToSchema(copy(BYTES))),
              optional("day", LogicalTypes.date().addToSchema(copy(INT))),
              optional("clock", LogicalTypes.timeMillis().addToSchema(copy(INT))),
              optional("at", LogicalTypes.timestampMicros().addToSchema(copy(LONG))),
              optional("local", LogicalTypes.localTimestampMillis().addToSchema(copy(LONG))),
              optional("exact_local", LogicalTypes.localTimestampMicros().addToSchema(copy(LONG))),
              optional("note", NOTE),
              optional("notes", Schema.createArray(nullable(copy(STRING)))),
              optional(
                  "fees",
                  Schema.createMap(
                      nullable(LogicalTypes.decimal(9, 2).addToSchema(copy(BYTES)))))));

  /** Every type that Spark can read, all but a time of day. */
  public static final Schema FOR_SPARK =
      without(
          "clock",
          optional("id", LogicalTypes.uuid().addToSchema(copy(STRING))),
          optional(
              "id_bytes",
              LogicalTypes.uuid().addToSchema(SchemaBuilder.fixed("IdBytes").size(16))));

  private final Random random;
  private final Schema schema;

  public Entries(long seed) {
    this(seed, SCHEMA);
  }

  /**
   * @param schema a schema of this class, or a part of one that has the columns of the key
   */
  public Entries(long seed, Schema schema) {
    this.random = new Random(seed);
    this.schema = schema;
  }

  public Schema schema() {
    return schema;
  }

  public List<GenericRecord> make(int count) {
    List<GenericRecord> made = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      made.add(made());
    }
    return made;
  }

  private GenericRecord made() {
    GenericRecord row = new GenericData.Record(schema);
    schema.getFields().forEach(field -> row.put(field.name(), value(field.schema())));
    row.put("place", oneOf(PLACES));
    row.put("code", oneOf(CODES));
    row.put("region", random.nextInt(4) == 0 ? null : oneOf(List.of("null", "north/east")));
    row.put("ts", random.nextLong(-DAY, DAY) / 500 * 500);
    row.put("price", number(random.nextInt(-50_000, 50_000)));
    return row;
  }

  /** Another row with the key of this one. */
  public GenericRecord changed(GenericRecord row) {
    GenericRecord changed = made();
    for (String column : KEY) {
      changed.put(column, row.get(column));
    }
    return changed;
  }

  private <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private Object value(Schema type) {
    if (type.isNullable()) {
      return random.nextInt(4) == 0 ? null : value(withoutNull(type));
    }
    LogicalType logical = type.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      int bits = (int) ((decimal.getPrecision() - 1) * 3.32);
      BigInteger unscaled = new BigInteger(random.nextInt(1, bits), random);
      return ByteBuffer.wrap((random.nextBoolean() ? unscaled : unscaled.negate()).toByteArray());
    }
    return switch (logical == null ? "" : logical.getName()) {
      case "date" -> random.nextInt(-800_000, 800_000);
      case "time-millis" -> random.nextInt(86_400_000);
      case "timestamp-millis", "local-timestamp-millis" -> aroundEpoch(1_000);
      case "timestamp-micros", "local-timestamp-micros" -> aroundEpoch(1);
      case "uuid" ->
          type.getType() == Schema.Type.STRING
              ? new UUID(random.nextLong(), random.nextLong()).toString()
              : plain(type);
      default -> plain(type);
    };
  }

  /** Half of the times are within a second of 1970, half within 100 years. */
  private long aroundEpoch(int micros) {
    long far = random.nextBoolean() ? 1_000_000L : 100 * 365 * 86_400L * 1_000_000L;
    return random.nextLong(-far, far) / micros;
  }

  private Object plain(Schema type) {
    return switch (type.getType()) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> oneOf(List.of(random.nextInt(), -1, 0, Integer.MIN_VALUE));
      case LONG -> oneOf(List.of(random.nextLong(), -1L, 0L, Long.MAX_VALUE));
      case FLOAT -> oneOf(List.of(random.nextFloat(), -0f, Float.NaN, Float.MAX_VALUE));
      case DOUBLE -> oneOf(List.of(random.nextDouble(), -0d, Double.NaN, Double.MIN_VALUE));
      case STRING -> oneOf(CODES);
      case ENUM -> new GenericData.EnumSymbol(type, oneOf(type.getEnumSymbols()));
      case BYTES -> ByteBuffer.wrap(bytes(random.nextInt(20)));
      case FIXED -> new GenericData.Fixed(type, bytes(type.getFixedSize()));
      case RECORD -> {
        GenericRecord row = new GenericData.Record(type);
        type.getFields().forEach(field -> row.put(field.name(), value(field.schema())));
        yield row;
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          list.add(value(type.getElementType()));
        }
        yield list;
      }
      case MAP -> {
        Map<String, Object> map = new HashMap<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          map.put(oneOf(CODES), value(type.getValueType()));
        }
        yield map;
      }
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A row as JSON: decimals and times are text, bytes in base 64. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> json(GenericRecord row) {
    return (Map<String, Object>) json(row, row.getSchema());
  }

  private static Object json(Object value, Schema schema) {
    if (value == null) {
      return null;
    }
    if (schema.isNullable()) {
      return json(value, withoutNull(schema));
    }
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      BigInteger unscaled = new BigInteger(((ByteBuffer) value).array());
      return new BigDecimal(unscaled, decimal.getScale()).toPlainString();
    }
    return switch (logical == null ? "" : logical.getName()) {
      case "date" -> LocalDate.ofEpochDay((Integer) value).toString();
      case "time-millis" -> LocalTime.ofNanoOfDay((Integer) value * 1_000_000L).toString();
      case "timestamp-millis", "local-timestamp-millis" ->
          Instant.ofEpochMilli((Long) value).toString();
      case "timestamp-micros", "local-timestamp-micros" ->
          Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).toString();
      case "uuid" -> schema.getType() == Schema.Type.STRING ? value.toString() : uuid(value);
      default -> plainJson(value, schema);
    };
  }

  private static String uuid(Object value) {
    ByteBuffer bytes = ByteBuffer.wrap(((GenericData.Fixed) value).bytes());
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static Object plainJson(Object value, Schema schema) {
    return switch (schema.getType()) {
      case STRING, ENUM -> value.toString();
      case BYTES -> ((ByteBuffer) value).array();
      case FIXED -> ((GenericData.Fixed) value).bytes();
      case RECORD -> {
        Map<String, Object> map = new LinkedHashMap<>();
        schema
            .getFields()
            .forEach(
                field ->
                    map.put(
                        field.name(),
                        json(((GenericRecord) value).get(field.pos()), field.schema())));
        yield map;
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        ((List<?>) value).forEach(element -> list.add(json(element, schema.getElementType())));
        yield list;
      }
      case MAP -> {
        Map<String, Object> map = new HashMap<>();
        ((Map<?, ?>) value)
            .forEach((key, entry) -> map.put(key.toString(), json(entry, schema.getValueType())));
        yield map;
      }
      default -> value;
    };
  }

  private static ByteBuffer number(int unscaled) {
    return ByteBuffer.wrap(BigInteger.valueOf(unscaled).toByteArray());
  }

  private static Schema withoutNull(Schema schema) {
    return schema.getTypes().get(1);
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  /** The columns of {@link #SCHEMA} except for one, and more columns. */
  private static Schema without(String column, Field... more) {
    List<Field> fields = new ArrayList<>();
    for (Field field : SCHEMA.getFields()) {
      if (!field.name().equals(column)) {
        fields.add(new Field(field, field.schema()));
      }
    }
    fields.addAll(List.of(more));
    return Schema.createRecord("Entry", null, "dev.weir.test", false, fields);
  }

  private static Field optional(String name, Schema schema) {
    return new Field(name, nullable(schema));
  }

  /** A new schema, because a logical type is added to the schema object itself. */
  private static Schema copy(Schema primitive) {
    return Schema.create(primitive.getType());
  }
}
