package dev.weir.money;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * Finds an event's {@code processedAt}, an ISO-8601 string with an offset or a whole number of
 * epoch milliseconds, without reading the rest of the event. It is the event time of the record and
 * is needed before the record is parsed. Returns null if none can be found.
 */
public final class ProcessedAt implements SerializableFunction<byte[], org.joda.time.Instant> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NAME = "processedAt".getBytes(StandardCharsets.US_ASCII);
  private static final String PATTERN = "0000-00-00T00:00:00";
  private static final int SECONDS_END = PATTERN.length();
  private static final int NANO_DIGITS = 9;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  @Override
  public org.joda.time.Instant apply(byte[] value) {
    if (value == null || value.length == 0) {
      return null;
    }
    String plain = FlatJson.text(value, NAME);
    if (plain != null) {
      return inRange(parse(plain));
    }
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals("processedAt");
        JsonToken token = json.nextToken();
        if (found) {
          return inRange(time(json, token));
        }
        json.skipChildren();
      }
    } catch (IOException | NumberFormatException e) {
      // The parser downstream reports the error.
      return null;
    }
    return null;
  }

  private static org.joda.time.Instant inRange(Instant time) {
    return time == null || !isInRange(time)
        ? null
        : org.joda.time.Instant.ofEpochMilli(time.toEpochMilli());
  }

  private static Instant time(JsonParser json, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parse(json.getText());
    }
    // A number that is too large for a long throws; it is out of range as well.
    return token == JsonToken.VALUE_NUMBER_INT ? Instant.ofEpochMilli(json.getLongValue()) : null;
  }

  /** Returns null if the text is not an ISO-8601 time with an offset, {@code Z} or any other. */
  static Instant parse(String text) {
    try {
      return isUsual(text) ? usual(text) : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Returns whether the text has the usual form, {@code 2026-01-05T12:00:00Z} with or without a
   * fraction. Java's own parser takes longer for this form than reading the rest of the event.
   */
  private static boolean isUsual(String text) {
    int end = text.length() - 1;
    if (end < SECONDS_END || text.charAt(end) != 'Z') {
      return false;
    }
    for (int i = 0; i < SECONDS_END; i++) {
      char pattern = PATTERN.charAt(i);
      if (pattern == '0' ? !isDigit(text.charAt(i)) : text.charAt(i) != pattern) {
        return false;
      }
    }
    if (end == SECONDS_END) {
      return true;
    }
    int digits = end - SECONDS_END - 1;
    boolean fraction = text.charAt(SECONDS_END) == '.' && digits > 0 && digits <= NANO_DIGITS;
    for (int i = SECONDS_END + 1; fraction && i < end; i++) {
      fraction = isDigit(text.charAt(i));
    }
    return fraction;
  }

  private static Instant usual(String text) {
    LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    LocalTime time =
        LocalTime.of(number(text, 11, 13), number(text, 14, 16), number(text, 17, SECONDS_END));
    int nanos = 0;
    if (text.charAt(SECONDS_END) == '.') {
      int end = text.length() - 1;
      nanos = number(text, SECONDS_END + 1, end);
      for (int digits = end - SECONDS_END - 1; digits < NANO_DIGITS; digits++) {
        nanos *= 10;
      }
    }
    return Instant.ofEpochSecond(day.toEpochSecond(time, ZoneOffset.UTC), nanos);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }

  /** Returns whether the time is in the years 1970 to 9999. */
  static boolean isInRange(Instant time) {
    return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
  }
}
