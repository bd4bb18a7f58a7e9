package dev.weir.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;

/**
 * The current and past schemas of a record. They are on the class path of its class, as {@code
 * schemas/<full name of the record>/<n>.avsc}, from 1 without gaps. A record without such files has
 * no past schemas.
 */
final class SchemaHistory {
  private static final ClassValue<Map<Long, Schema>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Map<Long, Schema> computeValue(Class<?> type) {
          return read(type);
        }
      };

  private SchemaHistory() {}

  /** The record's schemas, including the current one, by fingerprint. */
  static Map<Long, Schema> of(Class<?> type) {
    return KNOWN.get(type);
  }

  static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /**
   * The path of version {@code number} of a record's schema, relative to the root of the class
   * path.
   */
  static String place(String record, int number) {
    return "schemas/" + record + "/" + number + ".avsc";
  }

  private static Map<Long, Schema> read(Class<?> type) {
    Schema current = SpecificData.getForClass(type).getSchema(type);
    Map<Long, Schema> known = new LinkedHashMap<>();
    for (int number = 1; ; number++) {
      String place = place(current.getFullName(), number);
      try (InputStream version = type.getClassLoader().getResourceAsStream(place)) {
        if (version == null) {
          break;
        }
        Schema schema = new Schema.Parser().parse(version);
        known.put(fingerprint(schema), schema);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + place, e);
      }
    }
    known.put(fingerprint(current), current);
    return Map.copyOf(known);
  }
}
