package dev.weir.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.HttpResponse;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads what a service answered: JSON of a bounded size, or a fault. */
final class JsonAnswer {
  /** No answer of a service is longer; what is, is not read further. */
  private static final int LONGEST = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonAnswer() {}

  /**
   * @throws ServiceFault for any status but 2xx, and for a body that is not JSON
   */
  static JsonNode read(HttpResponse response) throws IOException {
    if (!response.isSuccessStatusCode()) {
      throw fault(response);
    }
    byte[] body = body(response);
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Jackson's message quotes the body.
      throw ServiceFault.of(Kind.NONSENSE, "the answer is not JSON");
    }
  }

  /**
   * @return empty for status 404
   * @throws ServiceFault for any other status but 2xx, and for a body that is not JSON
   */
  static Optional<JsonNode> find(HttpResponse response) throws IOException {
    if (response.getStatusCode() != 404) {
      return Optional.of(read(response));
    }
    // A connection whose answer was read to its end is used again.
    body(response);
    return Optional.empty();
  }

  private static byte[] body(HttpResponse response) throws IOException {
    InputStream content = response.getContent();
    byte[] body = content == null ? new byte[0] : content.readNBytes(LONGEST + 1);
    if (body.length > LONGEST) {
      throw ServiceFault.of(Kind.NONSENSE, "the answer is longer than " + LONGEST + " bytes");
    }
    return body;
  }

  private static ServiceFault fault(HttpResponse response) {
    int status = response.getStatusCode();
    String message = "status " + status;
    return switch (status) {
      case 429 -> ServiceFault.throttled(retryAfter(response));
      case 502, 503, 504 -> ServiceFault.of(Kind.TRANSIENT, message);
      case 400, 413, 422 -> ServiceFault.of(Kind.BAD_REQUEST, message);
      default ->
          ServiceFault.of(status >= 400 && status < 500 ? Kind.REFUSED : Kind.NONSENSE, message);
    };
  }

  /** {@code Retry-After} is a number of seconds or a date; anything else says nothing. */
  private static Duration retryAfter(HttpResponse response) {
    String value = response.getHeaders().getRetryAfter();
    if (value == null) {
      return Duration.ZERO;
    }
    try {
      return Duration.ofSeconds(Math.max(0, Long.parseLong(value.trim())));
    } catch (NumberFormatException notSeconds) {
      try {
        Duration until =
            Duration.between(
                Instant.now(),
                ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME));
        return until.isNegative() ? Duration.ZERO : until;
      } catch (DateTimeException notADate) {
        return Duration.ZERO;
      }
    }
  }
}
