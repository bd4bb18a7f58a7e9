package dev.weir.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Random damage to JSON records: wrong types, numbers out of range, missing and repeated fields,
 * other encodings, damaged bytes. The seed determines the series.
 */
public final class JsonAccidents {
  private static final String PLACE = "\u0001here\u0001";
  private static final String QUOTED_PLACE = "\"\\u0001here\\u0001\"";
  private static final int DEPTH = 2_000;

  /** JSON, and text that some writers mistake for it. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "7",
          "5.5",
          "5.001",
          "-0.0",
          "1984",
          "1e2",
          "1e400",
          "1e-400",
          "100e2147483647",
          "1e2147483648",
          "1e-2147483648",
          "1E-2147483647",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "1767614400000000",
          "1767614400000000000",
          "253402300800000",
          "-62135596800001",
          "20458",
          "NaN",
          "Infinity",
          "\"\"",
          "\" \"",
          "\"1234\"",
          "\"12.30\"",
          "\"1e5\"",
          "\"-0.00\"",
          "\"BTk=\"",
          "\"AA==\"",
          "\"TlQ\"",
          "\"NaN\"",
          "\"Infinity\"",
          "\"infinity\"",
          "\"-infinity\"",
          "\"100e2147483647\"",
          "\"1970-01-01\"",
          "\"2026-01-05T12:00:00\"",
          "\"2026-01-05T12:00:00.123456789Z\"",
          "\"2026-01-05T24:00:00Z\"",
          "\"2026-02-30T12:00:00+14:00\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"-0001-01-01T00:00:00Z\"",
          "\"9999-12-31T23:59:59.999999Z\"",
          "\"2999-01-01T00:00:00Z\"",
          "\"__debezium_unavailable_value\"",
          "\"\\u0000\"",
          "\"\\ud83d\"",
          "\"\\ud83d\\ude00\"",
          "\"a/b\"",
          "\"../x?y#z\"",
          "[]",
          "{}",
          "[null]",
          "{\"scale\":2,\"value\":\"BTk=\"}",
          "{\"scale\":2147483647,\"value\":\"AQ==\"}",
          "{\"scale\":-2147483648,\"value\":\"AQ==\"}",
          "[\"m\"]",
          "\"m\"",
          "\"t\"",
          "\"PENDING\"",
          "\"KindOfWalletEvent\"");

  private final Random random;
  private final Predicate<byte[]> possible;
  private final Mutation bytes;
  private final List<byte[]> before = new ArrayList<>();

  /**
   * @param possible what may arrive; an accident that ends otherwise does not happen
   */
  public JsonAccidents(Random random, Predicate<byte[]> possible) {
    this.random = random;
    this.possible = possible;
    this.bytes = new Mutation(random);
  }

  /** Returns a record as it arrives: a tenth are undamaged, some are repeated. */
  public byte[] befall(ObjectNode record) {
    byte[] arrived = arrived(record);
    if (!possible.test(arrived)) {
      arrived = text(record);
    }
    before.add(arrived);
    return arrived;
  }

  private byte[] arrived(ObjectNode record) {
    return switch (random.nextInt(30)) {
      case 0, 1, 2 -> text(record);
      case 3 -> before.isEmpty() ? text(record) : before.get(random.nextInt(before.size()));
      case 4 -> bytes.of(text(record));
      case 5 -> bytes.of(replaced(record, value()));
      case 6 -> otherEncoding(record);
      case 7 -> overlong(text(record));
      case 8 -> twice(record);
      case 9, 10 -> without(record);
      case 11 -> nothing();
      case 12 -> random.nextInt(8) == 0 ? replaced(record, deep()) : text(record);
      case 13 -> random.nextInt(20) == 0 ? replaced(record, big()) : text(record);
      case 14 -> replaced(record, value(), value());
      default -> replaced(record, value());
    };
  }

  private static byte[] text(ObjectNode record) {
    return record.toString().getBytes(UTF_8);
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private byte[] nothing() {
    List<String> all = List.of("null", "", " ", "{}", "[]", "{\"schema\":null,\"payload\":null}");
    return all.get(random.nextInt(all.size())).getBytes(UTF_8);
  }

  private static String deep() {
    return "[".repeat(DEPTH) + "]".repeat(DEPTH);
  }

  /** Longer than a broker accepts, or nearly so. */
  private String big() {
    return "\"" + "x".repeat(random.nextInt(4) == 0 ? 1_100_000 : 600_000) + "\"";
  }

  /** Replaces fields of the record or of nested objects. */
  private byte[] replaced(ObjectNode record, String... values) {
    ObjectNode changed = record.deepCopy();
    String text = null;
    for (String value : values) {
      Field field = anyField(changed);
      field.parent().put(field.name(), PLACE);
      text = changed.toString().replace(QUOTED_PLACE, value);
      field.parent().putNull(field.name());
    }
    return text.getBytes(UTF_8);
  }

  private byte[] without(ObjectNode record) {
    ObjectNode changed = record.deepCopy();
    Field field = anyField(changed);
    field.parent().remove(field.name());
    return text(changed);
  }

  private byte[] twice(ObjectNode record) {
    ObjectNode changed = record.deepCopy();
    Field field = anyField(changed);
    JsonNode value = field.parent().get(field.name());
    String again = random.nextBoolean() ? value.toString() : value();
    field.parent().put(field.name(), PLACE);
    String both = value + ",\"" + field.name() + "\":" + again;
    return changed.toString().replace(QUOTED_PLACE, both).getBytes(UTF_8);
  }

  private record Field(ObjectNode parent, String name) {}

  private Field anyField(ObjectNode record) {
    List<Field> all = new ArrayList<>();
    collect(record, all);
    return all.get(random.nextInt(all.size()));
  }

  private static void collect(ObjectNode object, List<Field> all) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      all.add(new Field(object, field.getKey()));
      if (field.getValue() instanceof ObjectNode inner) {
        collect(inner, all);
      }
    }
  }

  private byte[] otherEncoding(ObjectNode record) {
    String text = record.toString();
    return switch (random.nextInt(4)) {
      case 0 -> text.getBytes(UTF_16);
      case 1 -> text.getBytes(UTF_16LE);
      case 2 -> ("\uFEFF" + text).getBytes(UTF_8);
      default -> text.replaceFirst("[a-z]", "é").getBytes(ISO_8859_1);
    };
  }

  /** Overlong encodings of letters, and encoded halves of surrogate pairs. */
  private byte[] overlong(byte[] text) {
    int letters = 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte next : text) {
      if (next < 'a' || next > 'z' || random.nextInt(8) > 0) {
        out.write(next);
      } else if (letters++ % 4 < 3) {
        out.write(0xC0 | next >> 6);
        out.write(0x80 | next & 0x3F);
      } else {
        out.writeBytes(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD});
      }
    }
    return out.toByteArray();
  }
}
