package dev.weir.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.client.http.HttpResponse;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** Reads the answer of a service: one JSON object of a bounded size, or a fault. */
final class JsonAnswer {
  /** Maximum number of bytes that are read; a longer answer is a fault. */
  private static final int LONGEST = 1 << 20;

  /** Statuses without a body by RFC 9110: No Content and Reset Content. */
  private static final Set<Integer> NO_BODY = Set.of(204, 205);

  private JsonAnswer() {}

  /**
   * @throws ServiceFault for any status but 2xx, and for a body that is not one JSON object
   */
  static JsonNode read(HttpResponse response) throws IOException {
    if (!response.isSuccessStatusCode()) {
      throw fault(response);
    }
    return object(body(response));
  }

  /** Guesses nothing: an answer that contains the same field twice is a fault. */
  private static JsonNode object(byte[] body) throws ServiceFault {
    try {
      return StrictJson.object(body);
    } catch (UnreadableRecord e) {
      throw ServiceFault.of(Kind.INVALID_ANSWER, "the answer is not a single JSON object");
    }
  }

  /**
   * @return empty for status 404
   * @throws ServiceFault for any other status but 2xx, and for a body that is not one JSON object
   */
  static Optional<JsonNode> find(HttpResponse response) throws IOException {
    if (response.getStatusCode() != 404) {
      return Optional.of(read(response));
    }
    // The answer is read to its end so that the connection can be reused.
    body(response);
    return Optional.empty();
  }

  private static byte[] body(HttpResponse response) throws IOException {
    // These answers have no body, and reading the transport's stream for them fails.
    boolean bodiless = NO_BODY.contains(response.getStatusCode());
    InputStream content = bodiless ? null : response.getContent();
    byte[] body = content == null ? new byte[0] : content.readNBytes(LONGEST + 1);
    if (body.length > LONGEST) {
      throw ServiceFault.of(Kind.INVALID_ANSWER, "the answer is longer than " + LONGEST + " bytes");
    }
    return body;
  }

  private static ServiceFault fault(HttpResponse response) {
    int status = response.getStatusCode();
    String message = "status " + status;
    return switch (status) {
      case 429 -> ServiceFault.throttled(retryAfter(response));
      case 404, 405 -> ServiceFault.of(Kind.NO_ROUTE, message);
      case 400, 413, 422 -> ServiceFault.of(Kind.BAD_REQUEST, message);
      default ->
          ServiceFault.of(
              switch (status / 100) {
                case 4 -> Kind.REFUSED;
                // A gateway may redirect while the service behind it is down.
                case 3, 5 -> Kind.TRANSIENT;
                default -> Kind.INVALID_ANSWER;
              },
              message);
    };
  }

  /** Parses {@code Retry-After}, a number of seconds or a date; anything else counts as zero. */
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
