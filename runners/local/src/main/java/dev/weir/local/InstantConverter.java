package dev.weir.local;

import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a time that every format written by Weir can hold. */
public final class InstantConverter implements ITypeConverter<Instant> {
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  @Override
  public Instant convert(String text) {
    try {
      Instant time = Instant.parse(text);
      if (!time.isBefore(Instant.EPOCH) && time.isBefore(YEAR_10000)) {
        return time;
      }
    } catch (DateTimeException e) {
      // Reported below with the text as typed.
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is not a time in the years 1970 to 9999; write it as in 2026-01-31T12:00:00Z");
  }
}
