package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.intake.StrictJson;
import dev.weir.intake.UnreadableRecord;
import dev.weir.intake.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The columns of a row as Debezium writes them. What is of another type than asked for, or out of
 * its range, makes the record unreadable; the error names the column and quotes no value.
 */
public final class ChangedRow {
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,40}(\\.\\d{1,40})?");
  private static final String PRECISE = "org.apache.kafka.connect.data.Decimal";
  private static final String MICROS = "io.debezium.time.MicroTimestamp";
  private static final String NANOS = "io.debezium.time.NanoTimestamp";
  private static final String UNAVAILABLE = "__debezium_unavailable_value";
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final JsonNode columns;
  private final Map<String, JsonNode> schemas;
  private final Instant commit;

  private ChangedRow(JsonNode columns, Map<String, JsonNode> schemas, Instant commit) {
    this.columns = columns;
    this.schemas = schemas;
    this.commit = commit;
  }

  /**
   * @param envelope the schema of the whole envelope; null where the record has none
   * @param side the envelope's field that the row is in
   */
  static ChangedRow of(JsonNode row, JsonNode envelope, String side, Instant commit) {
    Map<String, JsonNode> schemas = new HashMap<>();
    if (envelope != null) {
      for (JsonNode field : envelope.path("fields")) {
        if (side.equals(field.path("field").asText())) {
          field
              .path("fields")
              .forEach(column -> schemas.put(column.path("field").asText(), column));
        }
      }
    }
    return new ChangedRow(row, schemas, commit);
  }

  /** A text that has to be there, and not blank. */
  public String requiredText(String column) throws UnreadableRecord {
    String text = text(column);
    if (text == null || text.isBlank()) {
      throw unreadable(Reason.MISSING_FIELD, column + " is missing");
    }
    return text;
  }

  /** Null where the column is null or absent. */
  public String text(String column) throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw unreadable(Reason.WRONG_TYPE, column + " is not a string");
    }
    if (value.textValue().equals(UNAVAILABLE)) {
      // A long value that an update left alone is not in the log; what it was is not guessed.
      throw unreadable(Reason.INVALID_VALUE, column + " is not in the database's log");
    }
    if (!StrictJson.isUnicode(value.textValue())) {
      throw unreadable(Reason.INVALID_VALUE, column + " is not Unicode text");
    }
    return value.textValue();
  }

  /**
   * An exact decimal number that has to be there: a string or a number; where the record has its
   * schema, also the bytes that Debezium's {@code precise} mode writes.
   *
   * @param precision digits, at most
   * @param scale of the result; more decimals than that are refused
   */
  public BigDecimal requiredDecimal(String column, int precision, int scale)
      throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      throw unreadable(Reason.MISSING_FIELD, column + " is missing");
    }
    BigDecimal number = decimal(column, value);
    if (number == null) {
      throw unreadable(Reason.WRONG_TYPE, column + " is not a decimal number");
    }
    // Stripped first: a number such as 1e-999999999 would be written out before it is compared.
    BigDecimal plain = number.stripTrailingZeros();
    if (plain.scale() > scale) {
      throw unreadable(Reason.INVALID_VALUE, column + " has more than " + scale + " decimals");
    }
    if ((long) plain.precision() - plain.scale() > precision - scale) {
      throw unreadable(Reason.INVALID_VALUE, column + " has more than " + precision + " digits");
    }
    return plain.setScale(scale);
  }

  private BigDecimal decimal(String column, JsonNode value) {
    JsonNode schema = schemas.get(column);
    if (schema != null && PRECISE.equals(schema.path("name").asText())) {
      try {
        int scale = Integer.parseInt(schema.path("parameters").path("scale").asText());
        return new BigDecimal(new BigInteger(Base64.getDecoder().decode(value.asText())), scale);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    if (value.isNumber()) {
      return value.decimalValue();
    }
    return value.isTextual() && DECIMAL.matcher(value.textValue()).matches()
        ? new BigDecimal(value.textValue())
        : null;
  }

  /** A {@code timestamptz} that has to be there, to the microsecond. */
  public Instant requiredTime(String column) throws UnreadableRecord {
    Instant time = time(column);
    if (time == null) {
      throw unreadable(Reason.MISSING_FIELD, column + " is missing");
    }
    return time;
  }

  /** A {@code timestamptz}, to the microsecond; null where the column is null or absent. */
  public Instant time(String column) throws UnreadableRecord {
    String text = text(column);
    if (text == null) {
      return null;
    }
    try {
      return checked(column, OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      // Said here, without the text.
      throw unreadable(Reason.WRONG_TYPE, column + " is not an ISO-8601 time with an offset");
    }
  }

  /** A {@code timestamp(3)}, to the millisecond; null where the column is null or absent. */
  public LocalDateTime localTime(String column) throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw unreadable(Reason.WRONG_TYPE, column + " is not a time in milliseconds");
    }
    long number = value.longValue();
    String type = schemas.containsKey(column) ? schemas.get(column).path("name").asText() : "";
    long millis =
        switch (type) {
          case MICROS -> Math.floorDiv(number, 1_000L);
          case NANOS -> Math.floorDiv(number, 1_000_000L);
          default -> number;
        };
    Instant time = checked(column, Instant.ofEpochMilli(millis));
    return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }

  private Instant checked(String column, Instant time) throws UnreadableRecord {
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw unreadable(Reason.INVALID_VALUE, column + " is outside the years 1 to 9999");
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  private JsonNode value(String column) {
    JsonNode value = columns.get(column);
    return value == null || value.isNull() ? null : value;
  }

  private UnreadableRecord unreadable(Reason reason, String detail) {
    return new UnreadableRecord(reason, detail).at(Envelope.joda(commit));
  }
}
