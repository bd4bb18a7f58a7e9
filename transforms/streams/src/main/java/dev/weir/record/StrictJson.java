package dev.weir.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.base.Utf8;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;

/** Reads JSON from untrusted sources. Guesses nothing, and no message quotes a value. */
public final class StrictJson {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // An amount of 12.50 must not become 12.5 in the output.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  /** The number of bytes in which Jackson looks for an encoding other than UTF-8. */
  private static final int ENCODING = 4;

  private StrictJson() {}

  /**
   * Reads one JSON object in UTF-8; a byte order mark before it is ignored.
   *
   * @throws UnreadableRecord if the bytes are anything else
   */
  public static JsonNode object(byte[] bytes) throws UnreadableRecord {
    if (!isUtf8(bytes)) {
      throw new UnreadableRecord(Reason.MALFORMED, "not UTF-8");
    }
    JsonNode read;
    try {
      read = JSON.readTree(bytes);
    } catch (IOException e) {
      // Jackson's message quotes the input, which may hold personal data.
      throw new UnreadableRecord(Reason.MALFORMED, "not a single JSON object");
    } catch (NumberFormatException e) {
      // Jackson throws this for an exponent with more digits than it can read.
      throw new UnreadableRecord(Reason.MALFORMED, "a number is out of range");
    }
    if (read == null || !read.isObject()) {
      throw new UnreadableRecord(Reason.MALFORMED, "not a single JSON object");
    }
    return read;
  }

  /**
   * Jackson itself accepts overlong forms and surrogates, which are a second spelling of the same
   * text, and detects UTF-16 and UTF-32 by zero bytes.
   */
  private static boolean isUtf8(byte[] bytes) {
    for (int i = 0; i < Math.min(ENCODING, bytes.length); i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return Utf8.isWellFormed(bytes);
  }

  /**
   * Checks for half a surrogate pair, which JSON can express and every encoding would change.
   *
   * @return whether the text can be written as UTF-8
   */
  public static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
