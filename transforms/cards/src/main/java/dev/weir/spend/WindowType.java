package dev.weir.spend;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Sliding windows of one length; a new window starts with every slide. Windows are aligned to the
 * epoch. The start of a window is inclusive, its end exclusive.
 *
 * @param name the name in the rows
 * @param length in whole milliseconds
 * @param slide in whole milliseconds, at most the length; tumbling windows slide by their length
 */
public record WindowType(String name, Duration length, Duration slide) implements Serializable {

  /**
   * @throws IllegalArgumentException if the slide is not positive or longer than the length, or if
   *     length or slide is not in whole milliseconds
   */
  public WindowType {
    Objects.requireNonNull(name, "name");
    if (slide.toMillis() <= 0 || slide.compareTo(length) > 0) {
      throw new IllegalArgumentException(
          "windows " + name + " of " + length + " cannot slide by " + slide);
    }
    if (length.toNanosPart() % 1_000_000 != 0 || slide.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException("windows " + name + " must be of whole milliseconds");
    }
  }

  /** Returns the windows in which a card issuer measures what an account spends. */
  public static List<WindowType> standard() {
    return List.of(
        new WindowType("1_MIN", Duration.ofMinutes(1), Duration.ofSeconds(30)),
        new WindowType("15_MIN", Duration.ofMinutes(15), Duration.ofMinutes(5)),
        new WindowType("1_HOUR_SLIDING", Duration.ofHours(1), Duration.ofMinutes(15)),
        new WindowType("1_DAY", Duration.ofDays(1), Duration.ofHours(1)),
        tumbling("1_HOUR", Duration.ofHours(1)));
  }

  /** Returns windows that follow one another without gaps or overlaps. */
  public static WindowType tumbling(String name, Duration length) {
    return new WindowType(name, length, length);
  }
}
