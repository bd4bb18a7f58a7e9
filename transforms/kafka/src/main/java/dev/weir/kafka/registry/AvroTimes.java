package dev.weir.kafka.registry;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.avro.Schema;

/** Writes the numbers that stand for times as text, so that their unit is not lost. */
final class AvroTimes {
  private AvroTimes() {}

  /**
   * Returns null for a number that does not stand for a time. A time that does not fit in
   * milliseconds of 64 bits remains a number, as text: nothing reads it as a time.
   */
  static String text(Schema schema, long number) {
    String connect = schema.getProp("connect.name");
    // Read from the property: a logical type that this version of Avro does not know is null.
    String type = connect == null ? schema.getProp("logicalType") : connect;
    if (type == null) {
      return null;
    }
    return switch (type) {
      case "date", "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" ->
          at(number, ChronoUnit.DAYS);
      case "timestamp-millis",
          "local-timestamp-millis",
          "io.debezium.time.Timestamp",
          "org.apache.kafka.connect.data.Timestamp" ->
          at(number, ChronoUnit.MILLIS);
      case "timestamp-micros", "local-timestamp-micros", "io.debezium.time.MicroTimestamp" ->
          at(number, ChronoUnit.MICROS);
      case "timestamp-nanos", "local-timestamp-nanos", "io.debezium.time.NanoTimestamp" ->
          at(number, ChronoUnit.NANOS);
      case "time-millis",
          "time-micros",
          "io.debezium.time.Time",
          "io.debezium.time.MicroTime",
          "io.debezium.time.NanoTime",
          "io.debezium.time.MicroDuration",
          "io.debezium.time.NanoDuration",
          "org.apache.kafka.connect.data.Time" ->
          // Not a point in time. As text it is not mistaken for one.
          Long.toString(number);
      default -> null;
    };
  }

  private static String at(long number, ChronoUnit unit) {
    try {
      Instant time = Instant.EPOCH.plus(number, unit);
      Math.multiplyExact(time.getEpochSecond(), 1_000L);
      return time.toString();
    } catch (DateTimeException | ArithmeticException e) {
      // Out of range, such as milliseconds in a field of days.
      return Long.toString(number);
    }
  }
}
