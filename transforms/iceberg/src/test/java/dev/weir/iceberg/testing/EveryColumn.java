package dev.weir.iceberg.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.data.Record;

/** Rows with a column of each Avro type, and the values that other writers wrote incorrectly. */
public final class EveryColumn {
  private static final String OPTIONAL = "_or_null";

  /**
   * One value in its three forms.
   *
   * @param raw as Avro has it without conversions
   * @param converted as Avro's conversions give it
   * @param internal as Iceberg holds it in memory, and as its filters take it
   */
  public record Value(Object raw, Object converted, Object internal) {}

  /** A type with some of its values. */
  public record Column(String name, Schema type, List<Value> values) {
    public String optional() {
      return name + OPTIONAL;
    }
  }

  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema BYTES = Schema.create(Schema.Type.BYTES);
  private static final Schema COLOR = SchemaBuilder.enumeration("Color").symbols("RED", "GREEN");
  private static final Schema FOUR = SchemaBuilder.fixed("Four").size(4);
  private static final Schema UUID_BYTES =
      LogicalTypes.uuid().addToSchema(SchemaBuilder.fixed("UuidBytes").size(16));
  private static final Schema DECIMAL_BYTES =
      LogicalTypes.decimal(20, 6).addToSchema(SchemaBuilder.fixed("DecimalBytes").size(9));

  /** The columns that can be filtered. */
  public static final List<Column> PLAIN =
      List.of(
          new Column("flag", Schema.create(Schema.Type.BOOLEAN), List.of(same(true), same(false))),
          new Column("small", INT, sames(0, Integer.MIN_VALUE, -1, 1, Integer.MAX_VALUE)),
          new Column("big", LONG, sames(0L, Long.MIN_VALUE, -1L, 1L, Long.MAX_VALUE)),
          new Column("narrow", Schema.create(Schema.Type.FLOAT), floats()),
          new Column("wide", Schema.create(Schema.Type.DOUBLE), doubles()),
          new Column("text", STRING, texts()),
          new Column("color", COLOR, List.of(color("RED"), color("GREEN"))),
          new Column("blob", BYTES, blobs()),
          new Column("four", FOUR, List.of(four("00000000"), four("ff00ff00"), four("7f80ffff"))),
          new Column("uuid", LogicalTypes.uuid().addToSchema(copy(STRING)), uuids(false)),
          new Column("uuid_bytes", UUID_BYTES, uuids(true)),
          new Column("cents", decimal(9, 2), decimals(2, "0.00", "-0.01", "9999999.99", "-5.10")),
          new Column("units", decimal(18, 4), decimals(4, "0.0001", "-99999999999999.9999")),
          new Column(
              "exact",
              decimal(38, 10),
              decimals(10, "0E-10", "-1.0000000000", "9999999999999999999999999999.9999999999")),
          new Column("packed", DECIMAL_BYTES, decimalBytes("-1.000000", "99999999999999.999999")),
          new Column(
              "date",
              logical(LogicalTypes.date(), INT),
              List.of(day("1970-01-01"), day("1969-12-31"), day("0001-01-01"), day("9999-12-31"))),
          new Column(
              "time_ms",
              logical(LogicalTypes.timeMillis(), INT),
              List.of(timeMillis("00:00:00"), timeMillis("23:59:59.999"))),
          new Column(
              "time_us",
              logical(LogicalTypes.timeMicros(), LONG),
              List.of(timeMicros("00:00:00"), timeMicros("23:59:59.999999"))),
          new Column("ts_ms", logical(LogicalTypes.timestampMillis(), LONG), times(1_000, false)),
          new Column("ts_us", logical(LogicalTypes.timestampMicros(), LONG), times(1, false)),
          new Column(
              "local_ms", logical(LogicalTypes.localTimestampMillis(), LONG), times(1_000, true)),
          new Column(
              "local_us", logical(LogicalTypes.localTimestampMicros(), LONG), times(1, true)));

  private static final Schema INNER =
      SchemaBuilder.record("Inner")
          .fields()
          .name("at")
          .type(logical(LogicalTypes.timestampMicros(), LONG))
          .noDefault()
          .optionalString("note")
          .endRecord();

  /** The columns that contain other columns. */
  static final List<Column> NESTED =
      List.of(
          new Column("inner", INNER, inners()),
          new Column("list", Schema.createArray(nullable(STRING)), lists()),
          new Column("inners", Schema.createArray(INNER), innerLists()),
          new Column("map", Schema.createMap(nullable(decimal(9, 2))), maps()));

  static final List<Column> ALL = new ArrayList<>();

  static {
    ALL.addAll(PLAIN);
    ALL.addAll(NESTED);
  }

  public static final Schema SCHEMA = schema(ALL);

  private EveryColumn() {}

  /** Each value of each type at least once, each optional column with nulls. */
  public static List<GenericRecord> rows(boolean converted) {
    int most = ALL.stream().mapToInt(column -> column.values().size()).max().orElseThrow();
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < 2 * most; n++) {
      rows.add(row(n, converted));
    }
    return rows;
  }

  private static GenericRecord row(int n, boolean converted) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("id", String.format("row-%02d", n));
    for (Column column : ALL) {
      Object value = form(column, n, converted);
      row.put(column.name(), value);
      row.put(column.optional(), n % 2 == 0 ? null : form(column, n / 2, converted));
    }
    return row;
  }

  private static Object form(Column column, int n, boolean converted) {
    Value value = column.values().get(n % column.values().size());
    return converted ? value.converted() : value.raw();
  }

  private static Schema schema(List<Column> columns) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("id", STRING));
    for (Column column : columns) {
      fields.add(new Field(column.name(), column.type()));
      fields.add(new Field(column.optional(), nullable(column.type())));
    }
    return Schema.createRecord("Everything", null, "dev.weir.test", false, fields);
  }

  /** A value to compare with others, whichever library it comes from. */
  public static Object plain(Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof GenericFixed fixed) {
      return HexFormat.of().formatHex(fixed.bytes());
    } else if (value instanceof CharSequence || value instanceof GenericData.EnumSymbol) {
      return value.toString();
    } else if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    } else if (value instanceof Collection<?> list) {
      return list.stream().map(EveryColumn::plain).collect(ArrayList::new, List::add, List::addAll);
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new TreeMap<>();
      map.forEach((key, entry) -> plain.put(plain(key), plain(entry)));
      return plain;
    } else if (value instanceof IndexedRecord record) {
      Map<Object, Object> plain = new TreeMap<>();
      record.getSchema().getFields().forEach(f -> plain.put(f.name(), plain(record.get(f.pos()))));
      return plain;
    } else if (value instanceof Record record) {
      Map<Object, Object> plain = new TreeMap<>();
      record.struct().fields().forEach(f -> plain.put(f.name(), plain(record.getField(f.name()))));
      return plain;
    }
    return value;
  }

  private static Schema logical(LogicalType type, Schema base) {
    return type.addToSchema(copy(base));
  }

  private static Schema decimal(int precision, int scale) {
    return logical(LogicalTypes.decimal(precision, scale), BYTES);
  }

  private static Schema copy(Schema primitive) {
    return Schema.create(primitive.getType());
  }

  private static Schema nullable(Schema type) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), type);
  }

  private static Value same(Object value) {
    return new Value(value, value, value);
  }

  private static List<Value> sames(Object... values) {
    return Arrays.stream(values).map(EveryColumn::same).toList();
  }

  private static List<Value> floats() {
    return sames(
        0f, -0f, Float.NaN, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY, 1.5f);
  }

  private static List<Value> doubles() {
    return sames(
        0d, -0d, Double.NaN, Double.MIN_VALUE, -Double.MAX_VALUE, Double.POSITIVE_INFINITY, 0.1d);
  }

  /** Lower bounds are cut to 16 characters, and upper bounds are cut and raised by one. */
  private static List<Value> texts() {
    List<Value> texts = new ArrayList<>();
    for (int length : new int[] {0, 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 100}) {
      texts.add(text("abcdefghij".repeat(10).substring(0, length)));
    }
    texts.add(text("ü€😀 / = % \\ \" \n"));
    texts.add(text("\u0000"));
    texts.add(text("😀".repeat(17)));
    texts.add(text("\uDBFF\uDFFF".repeat(20)));
    return texts;
  }

  private static Value text(String text) {
    return new Value(new Utf8(text), text, text);
  }

  private static Value color(String symbol) {
    Object raw = new GenericData.EnumSymbol(COLOR, symbol);
    return new Value(raw, raw, symbol);
  }

  private static List<Value> blobs() {
    List<Value> blobs = new ArrayList<>();
    for (String hex : new String[] {"", "00", "ff", "00ff7f80", "ff".repeat(20), "ab".repeat(16)}) {
      ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
      ByteBuffer slice = ByteBuffer.wrap(HexFormat.of().parseHex("11" + hex + "22"));
      slice.position(1).limit(slice.capacity() - 1);
      blobs.add(new Value(slice, bytes, bytes));
    }
    return blobs;
  }

  private static Value four(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Object raw = new GenericData.Fixed(FOUR, bytes);
    return new Value(raw, raw, ByteBuffer.wrap(bytes));
  }

  private static List<Value> uuids(boolean fixed) {
    List<Value> uuids = new ArrayList<>();
    for (String text :
        List.of(
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "7fffffff-ffff-4fff-8000-000000000001")) {
      UUID uuid = UUID.fromString(text);
      ByteBuffer bytes = ByteBuffer.allocate(16);
      bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
      Object raw =
          fixed ? new GenericData.Fixed(UUID_BYTES, bytes.array()) : (Object) new Utf8(text);
      uuids.add(new Value(raw, uuid, uuid));
    }
    return uuids;
  }

  private static List<Value> decimals(int scale, String... numbers) {
    List<Value> values = new ArrayList<>();
    for (String text : numbers) {
      BigDecimal number = new BigDecimal(text).setScale(scale);
      values.add(new Value(ByteBuffer.wrap(number.unscaledValue().toByteArray()), number, number));
    }
    return values;
  }

  private static List<Value> decimalBytes(String... numbers) {
    List<Value> values = new ArrayList<>();
    for (String text : numbers) {
      BigDecimal number = new BigDecimal(text);
      BigInteger unscaled = number.unscaledValue();
      byte[] short_ = unscaled.toByteArray();
      byte[] bytes = new byte[9];
      Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
      System.arraycopy(short_, 0, bytes, bytes.length - short_.length, short_.length);
      values.add(new Value(new GenericData.Fixed(DECIMAL_BYTES, bytes), number, number));
    }
    return values;
  }

  private static Value day(String text) {
    LocalDate day = LocalDate.parse(text);
    int number = (int) day.toEpochDay();
    return new Value(number, day, number);
  }

  private static Value timeMillis(String text) {
    LocalTime time = LocalTime.parse(text);
    long micros = time.toNanoOfDay() / 1_000;
    return new Value((int) (micros / 1_000), time, micros);
  }

  private static Value timeMicros(String text) {
    LocalTime time = LocalTime.parse(text);
    long micros = time.toNanoOfDay() / 1_000;
    return new Value(micros, time, micros);
  }

  /** At the epoch, one unit before and after it, long before and long after. */
  private static List<Value> times(long microsPerUnit, boolean local) {
    List<Value> times = new ArrayList<>();
    for (long unit :
        new long[] {0, -1, 1, -62_135_596_800_000_000L / microsPerUnit, 4_102_444_800_123_456L}) {
      long micros =
          unit == 4_102_444_800_123_456L ? unit - unit % microsPerUnit : unit * microsPerUnit;
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
      Object converted =
          local ? LocalDateTime.ofInstant(instant, java.time.ZoneOffset.UTC) : instant;
      times.add(new Value(micros / microsPerUnit, converted, micros));
    }
    return times;
  }

  private static Value inner(long micros, String note) {
    GenericRecord raw = new GenericData.Record(INNER);
    raw.put("at", micros);
    raw.put("note", note == null ? null : new Utf8(note));
    GenericRecord converted = new GenericData.Record(INNER);
    converted.put("at", Instant.EPOCH.plusNanos(micros * 1_000));
    converted.put("note", note);
    return new Value(raw, converted, null);
  }

  private static List<Value> inners() {
    return List.of(inner(-1, null), inner(0, ""), inner(1, "ü"));
  }

  private static List<Value> lists() {
    return List.of(
        same(List.of()),
        same(new ArrayList<>(Arrays.asList("a", null, ""))),
        same(List.of("only")));
  }

  private static List<Value> innerLists() {
    Value one = inner(5, "five");
    Value two = inner(-5, null);
    return List.of(
        same(List.of()),
        new Value(List.of(one.raw(), two.raw()), List.of(one.converted(), two.converted()), null));
  }

  private static List<Value> maps() {
    Value number = decimals(2, "-0.01").get(0);
    Map<Object, Object> raw = new TreeMap<>();
    raw.put(new Utf8("a"), number.raw());
    raw.put(new Utf8("b"), null);
    Map<Object, Object> converted = new TreeMap<>();
    converted.put("b", null);
    converted.put("a", number.converted());
    return List.of(same(Map.of()), new Value(raw, converted, null));
  }
}
