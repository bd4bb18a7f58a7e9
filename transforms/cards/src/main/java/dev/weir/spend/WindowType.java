package dev.weir.spend;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * Windows of one length, of which one begins with every slide. They are aligned to the epoch; a
 * window's start belongs to it, its end does not.
 *
 * @param name as rows carry it
 * @param length whole milliseconds
 * @param slide whole milliseconds, no longer than the length; a window that tumbles slides by its
 *     length
 */
public record WindowType(String name, Duration length, Duration slide) implements Serializable {

  /**
   * @throws IllegalArgumentException where there would be time that is in no window, or none in any
   */
  public WindowType {
    Objects.requireNonNull(name, "name");
    if (slide.toMillis() <= 0 || slide.compareTo(length) > 0) {
      throw new IllegalArgumentException(
          "windows " + name + " of " + length + " cannot slide by " + slide);
    }
    if (length.toNanosPart() % 1_000_000 != 0 || slide.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException("windows " + name + " are not of whole milliseconds");
    }
  }

  /** Windows that follow one another without a gap or an overlap. */
  public static WindowType tumbling(String name, Duration length) {
    return new WindowType(name, length, length);
  }
}
