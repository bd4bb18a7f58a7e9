package dev.weir.cdc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Instant;

/**
 * Finds the commit time of an envelope without reading the rest of it. The commit time is the event
 * time of the record and is needed before the record is parsed. Returns null if none can be found.
 */
public final class CommitTime implements SerializableFunction<byte[], Instant> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public Instant apply(byte[] value) {
    if (value == null || value.length == 0) {
      return null;
    }
    try (JsonParser json = JSON.createParser(value)) {
      return json.nextToken() == JsonToken.START_OBJECT ? find(json, true) : null;
    } catch (IOException | NumberFormatException e) {
      // The parser downstream reports the error.
      return null;
    }
  }

  private static Instant find(JsonParser json, boolean outermost) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("source")) {
        return millis(json);
      }
      if (value == JsonToken.START_OBJECT && name.equals("payload") && outermost) {
        return find(json, false);
      }
      json.skipChildren();
    }
    return null;
  }

  private static Instant millis(JsonParser source) throws IOException {
    while (source.nextToken() == JsonToken.FIELD_NAME) {
      String name = source.currentName();
      JsonToken value = source.nextToken();
      if (name.equals("ts_ms")) {
        return value == JsonToken.VALUE_NUMBER_INT
            ? Instant.ofEpochMilli(source.getLongValue())
            : null;
      }
      source.skipChildren();
    }
    return null;
  }
}
