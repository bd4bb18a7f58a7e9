package dev.weir.encoding;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericRecord;

/**
 * Converts the times of records to milliseconds, which the expected schema has, from the unit that
 * the writer's schema names. Avro resolves a long to a long and ignores that their units differ. A
 * long without a unit is in milliseconds.
 */
public final class WriterTimes {
  private static final Set<String> MILLIS = Set.of("timestamp-millis", "local-timestamp-millis");

  /** By field position: how many of the writer's units make a millisecond. */
  private final Map<Integer, Long> perMilli = new HashMap<>();

  private WriterTimes() {}

  /**
   * @throws IOException if the writer's values of a time field are not points in time
   */
  public static WriterTimes of(Schema writer, Schema expected) throws IOException {
    WriterTimes times = new WriterTimes();
    for (Schema.Field field : expected.getFields()) {
      Schema.Field written = SchemaCompatibility.lookupWriterField(writer, field);
      if (written != null && MILLIS.contains(unit(field.schema()))) {
        long units = perMilli(field.name(), written.schema());
        if (units != 1) {
          times.perMilli.put(field.pos(), units);
        }
      }
    }
    return times;
  }

  private static long perMilli(String field, Schema written) throws IOException {
    Set<Long> units = new TreeSet<>();
    for (Schema branch : written.isUnion() ? written.getTypes() : List.of(written)) {
      if (branch.getType() == Type.LONG || branch.getType() == Type.INT) {
        units.add(perMilli(field, unit(branch)));
      }
    }
    if (units.size() > 1) {
      throw new IOException(field + " is written in more than one unit");
    }
    return units.isEmpty() ? 1 : units.iterator().next();
  }

  private static long perMilli(String field, String unit) throws IOException {
    return switch (unit) {
      case "timestamp-micros", "local-timestamp-micros", "io.debezium.time.MicroTimestamp" -> 1_000;
      case "timestamp-nanos", "local-timestamp-nanos", "io.debezium.time.NanoTimestamp" ->
          1_000_000;
      case "date", "time-millis", "time-micros", "io.debezium.time.Date" ->
          throw new IOException(field + " is not written as a point in time");
      // Avro ignores unknown logical types, and so does this.
      default -> 1;
    };
  }

  /**
   * The unit as an Avro logical type, or as the name that Kafka Connect's Avro converter writes.
   */
  private static String unit(Schema schema) {
    String logical = schema.getProp("logicalType");
    String connect = schema.getProp("connect.name");
    return logical != null ? logical : connect != null ? connect : "";
  }

  /** Converts the times of a record of the expected schema in place. */
  public void toMillis(GenericRecord record) {
    perMilli.forEach(
        (place, units) -> record.put(place, Math.floorDiv((Long) record.get(place), units)));
  }
}
