package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a time in every form that Debezium and Connect's JSON converter write: a number in the unit
 * that the schema part names, or an ISO-8601 string. A number without a named unit is read only if
 * the contract defines a unit and no other unit would give a likely time.
 *
 * <p>Each method returns empty for a time that a table cannot hold: {@code infinity}, or a time
 * outside the years 1 to 9999.
 */
final class TimeColumn {
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** Debezium's value for PostgreSQL's infinity, regardless of the column's unit. */
  private static final long INFINITY = 9_223_372_036_825_200_000L;

  private static final long MINUS_INFINITY = -9_223_372_036_832_400_000L;

  private static final int FIRST_LIKELY_YEAR = 1900;

  /** In days up to the year 2243; in milliseconds less than two minutes from 1970-01-01. */
  private static final long MAY_BE_DAYS = 100_000;

  private static final long SECONDS_PER_DAY = 86_400;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** A date with an optional time and an optional offset, such as {@code 2017-09-15Z}. */
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withChronology(IsoChronology.INSTANCE);

  private TimeColumn() {}

  /** Reads a time from a column with a time zone; a string must have an offset. */
  static Optional<Instant> zoned(String column, JsonNode value, ColumnSchema schema)
      throws UnreadableRecord {
    if (value.isTextual()) {
      return text(column, value.textValue(), TimeColumn::zoned, "an ISO-8601 time with an offset");
    }
    return number(column, value, schema, null);
  }

  /**
   * Reads a time from a column without a time zone as if it were UTC; a string must not have any
   * other offset. A number without a named unit is in milliseconds.
   *
   * @param commit the commit time of the change; a time after that year is not likely
   */
  static Optional<Instant> local(String column, JsonNode value, ColumnSchema schema, Instant commit)
      throws UnreadableRecord {
    if (value.isTextual()) {
      return text(column, value.textValue(), TimeColumn::local, "an ISO-8601 time in UTC");
    }
    return number(column, value, schema, commit);
  }

  /** Throws {@link DateTimeException} if the text has another form. */
  @FunctionalInterface
  private interface Format {
    Instant parse(String text);
  }

  private static Optional<Instant> text(String column, String text, Format format, String form)
      throws UnreadableRecord {
    if (text.equals("infinity") || text.equals("-infinity")) {
      return Optional.empty();
    }
    try {
      return inRange(format.parse(text));
    } catch (DateTimeException e) {
      // Reported here without the text.
      throw new UnreadableRecord(Reason.WRONG_TYPE, column + " is not " + form);
    }
  }

  private static Instant zoned(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static Instant local(String text) {
    TemporalAccessor parsed = LOCAL.parse(text);
    ZoneOffset offset = parsed.query(TemporalQueries.offset());
    if (offset != null && !offset.equals(ZoneOffset.UTC)) {
      throw new DateTimeException("not in UTC");
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    return LocalDate.from(parsed)
        .atTime(time == null ? LocalTime.MIDNIGHT : time)
        .toInstant(ZoneOffset.UTC);
  }

  /**
   * @param commit null if a number must have a named unit
   */
  private static Optional<Instant> number(
      String column, JsonNode value, ColumnSchema schema, Instant commit) throws UnreadableRecord {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new UnreadableRecord(Reason.WRONG_TYPE, column + " is not a time");
    }
    long number = value.longValue();
    return switch (schema.name()) {
      case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" -> ofDays(number);
      case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp" ->
          inRange(Instant.ofEpochMilli(number));
      case "io.debezium.time.MicroTimestamp" ->
          inRange(
              Instant.ofEpochSecond(
                  Math.floorDiv(number, MICROS_PER_SECOND),
                  Math.floorMod(number, MICROS_PER_SECOND) * 1_000));
      case "io.debezium.time.NanoTimestamp" ->
          inRange(
              Instant.ofEpochSecond(
                  Math.floorDiv(number, NANOS_PER_SECOND),
                  Math.floorMod(number, NANOS_PER_SECOND)));
      case "" -> withoutUnit(column, number, commit);
      default ->
          throw new UnreadableRecord(
              Reason.WRONG_TYPE, column + " has a type that is not a point in time");
    };
  }

  private static Optional<Instant> ofDays(long days) {
    // A larger number of days is out of range and may overflow.
    return Math.abs(days / 366) > 10_000
        ? Optional.empty()
        : inRange(Instant.ofEpochSecond(days * SECONDS_PER_DAY));
  }

  private static Optional<Instant> withoutUnit(String column, long number, Instant commit)
      throws UnreadableRecord {
    if (commit == null) {
      throw new UnreadableRecord(
          Reason.WRONG_TYPE, column + " is a number, and no schema part defines its unit");
    }
    if (number == INFINITY || number == MINUS_INFINITY) {
      return Optional.empty();
    }
    Instant time = Instant.ofEpochMilli(number);
    // Zero is the same time in all units.
    if (number != 0 && Math.abs(number) < MAY_BE_DAYS
        || time.isBefore(yearBegin(FIRST_LIKELY_YEAR))
        || !time.isBefore(yearBegin(commit.atOffset(ZoneOffset.UTC).getYear() + 1))) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE,
          column
              + " is not in milliseconds from 1900 to the year of the commit, and no schema part"
              + " defines another unit");
    }
    return Optional.of(time);
  }

  private static Instant yearBegin(int year) {
    return LocalDate.of(year, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private static Optional<Instant> inRange(Instant time) {
    return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? Optional.empty() : Optional.of(time);
  }
}
