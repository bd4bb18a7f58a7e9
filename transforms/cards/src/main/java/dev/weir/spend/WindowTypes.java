package dev.weir.spend;

import java.time.Duration;
import java.util.List;

/** The windows in which a card issuer measures what an account spends. */
public final class WindowTypes {
  private static final List<WindowType> STANDARD =
      List.of(
          new WindowType("1_MIN", Duration.ofMinutes(1), Duration.ofSeconds(30)),
          new WindowType("15_MIN", Duration.ofMinutes(15), Duration.ofMinutes(5)),
          new WindowType("1_HOUR_SLIDING", Duration.ofHours(1), Duration.ofMinutes(15)),
          new WindowType("1_DAY", Duration.ofDays(1), Duration.ofHours(1)),
          WindowType.tumbling("1_HOUR", Duration.ofHours(1)));

  private WindowTypes() {}

  /** Returns windows of one minute to one day. */
  public static List<WindowType> standard() {
    return STANDARD;
  }
}
