package dev.weir.money;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * Finds an event's {@code processedAt} without reading the rest of it: the event time of its
 * record, needed before that is parsed. Null where there is none to be found.
 */
public final class ProcessedAt implements SerializableFunction<byte[], org.joda.time.Instant> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  @Override
  public org.joda.time.Instant apply(byte[] value) {
    if (value == null || value.length == 0) {
      return null;
    }
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals("processedAt");
        JsonToken token = json.nextToken();
        if (found) {
          Instant time = token == JsonToken.VALUE_STRING ? parse(json.getText()) : null;
          return time == null || !isInRange(time)
              ? null
              : org.joda.time.Instant.ofEpochMilli(time.toEpochMilli());
        }
        json.skipChildren();
      }
    } catch (IOException | NumberFormatException e) {
      // The parser that follows says what is wrong with it.
      return null;
    }
    return null;
  }

  /** Null where the text is no ISO-8601 time in UTC. */
  static Instant parse(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return time.getOffset().equals(ZoneOffset.UTC) ? time.toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Whether the time is in the years 1970 to 9999. */
  static boolean isInRange(Instant time) {
    return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
  }
}
