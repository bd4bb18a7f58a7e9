package dev.weir.ports;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses durations: {@code 500ms}, {@code 2s}, {@code 10m}, {@code 24h}, {@code 10d}, ISO-8601. */
public final class Durations {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Duration LIVE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration BOUNDED_PATIENCE = Duration.ofMinutes(10);
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Durations() {}

  /**
   * @param option the option the duration was given for, named in the error
   * @throws PortException if the text is not a duration from a millisecond to a hundred years
   */
  public static Duration parse(String option, String text) {
    Duration duration = read(text == null ? "" : text.trim());
    if (duration == null || duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new PortException(
          "--"
              + option
              + ": '"
              + text
              + "' is not a duration above zero; write 500ms, 2s, 10m, 24h, 10d or ISO-8601 (PT2S)");
    }
    return duration;
  }

  /**
   * Like {@link #parse}, with a result of Beam's type.
   *
   * @throws PortException if the text is not a duration from a millisecond to a hundred years
   */
  public static org.joda.time.Duration ofEventTime(String option, String text) {
    return org.joda.time.Duration.millis(parse(option, text).toMillis());
  }

  /**
   * Returns how long a pipeline waits for a service that fails.
   *
   * @param option the option the duration was given for, named in the error
   * @param text null for the default: 30 s for a live job, 10 min for one whose inputs are all
   *     bounded
   * @return zero if the pipeline does not wait
   * @throws PortException if the text is not a duration from zero to a hundred years
   */
  public static Duration patience(String option, String text, boolean live) {
    if (text == null) {
      return live ? LIVE_PATIENCE : BOUNDED_PATIENCE;
    }
    Duration duration = read(text.trim());
    if (duration == null || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new PortException(
          "--"
              + option
              + ": '"
              + text
              + "' is not a duration; write 0s, 500ms, 2s, 10m, 24h, 10d or ISO-8601 (PT2S)");
    }
    return duration;
  }

  private static Duration read(String text) {
    Matcher matcher = SHORT.matcher(text);
    try {
      return matcher.matches()
          ? UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)))
          : Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException e) {
      return null;
    }
  }
}
