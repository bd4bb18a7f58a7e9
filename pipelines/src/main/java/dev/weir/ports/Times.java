package dev.weir.ports;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Parses points in time: {@code 2026-01-05T12:00:00Z}, or a date for its first moment in UTC. */
final class Times {
  /** How times are written, for error messages. */
  static final String FORMS = "2026-01-05 or 2026-01-05T12:00:00Z";

  private Times() {}

  /**
   * @throws DateTimeException if the text is neither
   */
  static Instant parse(String text) {
    return text.contains("T")
        ? Instant.parse(text)
        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
