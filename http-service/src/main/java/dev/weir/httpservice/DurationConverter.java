package dev.weir.httpservice;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses the duration of an option: a whole number and {@code ms}, {@code s}, {@code m}, {@code h}
 * or {@code d}, as in {@code 500ms} and {@code 10d}, or ISO-8601, as in {@code PT2S}. A day has 24
 * hours. Anything else, including a negative duration, throws {@link TypeConversionException}.
 */
public final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern SHORT_FORM = Pattern.compile("(\\d+)(ms|s|m|h|d)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  @Override
  public Duration convert(String text) {
    try {
      Duration duration = read(text.strip());
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      // Reported below with the text as typed.
    }
    throw new TypeConversionException(
        "'" + text + "' is not a duration; write 500ms, 2s, 10m, 24h, 10d or ISO-8601 as in PT2S");
  }

  private static Duration read(String text) {
    Matcher shortForm = SHORT_FORM.matcher(text);
    return shortForm.matches()
        ? Duration.of(Long.parseLong(shortForm.group(1)), UNITS.get(shortForm.group(2)))
        : Duration.parse(text);
  }
}
