package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.StrictJson;
import dev.weir.record.TextLimit;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The columns of a row as Debezium writes them. A value of an unexpected type or out of range makes
 * the record unreadable; the error names the column and never contains the value.
 */
public final class ChangedRow {
  private static final String UNAVAILABLE = "__debezium_unavailable_value";

  private final JsonNode columns;
  private final Map<String, ColumnSchema> schemas;
  private final Instant commit;

  private ChangedRow(JsonNode columns, Map<String, ColumnSchema> schemas, Instant commit) {
    this.columns = columns;
    this.schemas = schemas;
    this.commit = commit;
  }

  /**
   * @param envelope the schema of the whole envelope; null if the record has none
   * @param side the envelope's field that contains the row
   */
  static ChangedRow of(JsonNode row, JsonNode envelope, String side, Instant commit) {
    Map<String, ColumnSchema> schemas = new HashMap<>();
    if (envelope != null) {
      for (JsonNode field : envelope.path("fields")) {
        if (side.equals(field.path("field").asText())) {
          field
              .path("fields")
              .forEach(
                  column -> schemas.put(column.path("field").asText(), ColumnSchema.of(column)));
        }
      }
    }
    return new ChangedRow(row, schemas, commit);
  }

  /** Returns an id, which must be present and not blank. */
  public String requiredId(String column) throws UnreadableRecord {
    return notBlank(column, text(column, TextLimit.ID));
  }

  /** Returns a string, which must be present and not blank. */
  public String requiredText(String column) throws UnreadableRecord {
    return notBlank(column, text(column));
  }

  /**
   * Returns a string, which must be present and not blank, or {@code whenNull} if the column is
   * null.
   *
   * @param whenNull the table's default, which a null stands for
   */
  public String textOr(String column, String whenNull) throws UnreadableRecord {
    return isNull(column) ? whenNull : requiredText(column);
  }

  /** Returns whether the column is present and null. */
  public boolean isNull(String column) {
    return columns.has(column) && columns.get(column).isNull();
  }

  /** Returns a string; null if the column is null or absent. */
  public String text(String column) throws UnreadableRecord {
    return text(column, TextLimit.TEXT);
  }

  private String notBlank(String column, String text) throws UnreadableRecord {
    if (text == null || text.isBlank()) {
      throw unreadable(Reason.MISSING_FIELD, column + " is missing");
    }
    return text;
  }

  private String text(String column, TextLimit limit) throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw unreadable(Reason.WRONG_TYPE, column + " is not a string");
    }
    if (limit.isExceededBy(value.textValue())) {
      throw unreadable(Reason.TOO_LONG, limit.detail(column));
    }
    if (value.textValue().equals(UNAVAILABLE)) {
      // A long value that an update did not change is not in the log, and it must not be guessed.
      throw unreadable(Reason.INVALID_VALUE, column + " is not in the database's log");
    }
    if (!StrictJson.isUnicode(value.textValue())) {
      throw unreadable(Reason.INVALID_VALUE, column + " is not Unicode text");
    }
    return value.textValue();
  }

  /**
   * Returns an exact decimal number, which must be present, from any form that Debezium writes.
   *
   * @param precision the maximum number of digits
   * @param scale the scale of the result; a number with more decimals is rejected
   */
  public BigDecimal requiredDecimal(String column, int precision, int scale)
      throws UnreadableRecord {
    JsonNode value = required(column);
    try {
      return DecimalColumn.read(column, value, schema(column), precision, scale);
    } catch (UnreadableRecord e) {
      throw dated(e);
    }
  }

  /** Returns a {@code timestamptz}, which must be present, truncated to microseconds. */
  public Instant requiredTime(String column) throws UnreadableRecord {
    JsonNode value = required(column);
    return zoned(column, value)
        .orElseThrow(
            () -> unreadable(Reason.INVALID_VALUE, column + " is outside the years 1 to 9999"));
  }

  /**
   * Returns a {@code timestamptz}, truncated to microseconds; null if the column is null or absent.
   *
   * @param dropped called if the column holds a time outside the years 1 to 9999, such as {@code
   *     infinity}, which also becomes null
   */
  public Instant time(String column, Runnable dropped) throws UnreadableRecord {
    JsonNode value = value(column);
    return value == null ? null : orDropped(zoned(column, value), dropped);
  }

  /**
   * Returns a {@code timestamp} without a time zone, truncated to milliseconds; null if the column
   * is null or absent.
   *
   * @param dropped called if the column holds a time outside the years 1 to 9999, such as {@code
   *     infinity}, which also becomes null
   */
  public LocalDateTime localTime(String column, Runnable dropped) throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      return null;
    }
    try {
      Instant time = orDropped(TimeColumn.local(column, value, schema(column), commit), dropped);
      return time == null
          ? null
          : LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC);
    } catch (UnreadableRecord e) {
      throw dated(e);
    }
  }

  private Optional<Instant> zoned(String column, JsonNode value) throws UnreadableRecord {
    try {
      return TimeColumn.zoned(column, value, schema(column))
          .map(time -> time.truncatedTo(ChronoUnit.MICROS));
    } catch (UnreadableRecord e) {
      throw dated(e);
    }
  }

  private static Instant orDropped(Optional<Instant> time, Runnable dropped) {
    if (time.isEmpty()) {
      dropped.run();
    }
    return time.orElse(null);
  }

  private ColumnSchema schema(String column) {
    return schemas.getOrDefault(column, ColumnSchema.NONE);
  }

  private JsonNode required(String column) throws UnreadableRecord {
    JsonNode value = value(column);
    if (value == null) {
      throw unreadable(Reason.MISSING_FIELD, column + " is missing");
    }
    return value;
  }

  private JsonNode value(String column) {
    JsonNode value = columns.get(column);
    return value == null || value.isNull() ? null : value;
  }

  private UnreadableRecord unreadable(Reason reason, String detail) {
    return dated(new UnreadableRecord(reason, detail));
  }

  private UnreadableRecord dated(UnreadableRecord unreadable) {
    return unreadable.at(Envelope.joda(commit));
  }
}
