package dev.weir.benchmarks.page;

import dev.weir.benchmarks.figures.Spread;
import java.util.Locale;

/** How numbers are shown. */
final class Numbers {
  private Numbers() {}

  static String of(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** Two digits after the point; none from 100 on. */
  static String ratio(double value) {
    return of(value, Math.abs(value) < 100 ? 2 : 0);
  }

  /** The median; with the least and the most of several values. */
  static String ratio(Spread ratios) {
    return ratio(ratios.median())
        + (ratios.count() == 1
            ? ""
            : " (" + ratio(ratios.least()) + "–" + ratio(ratios.most()) + ")");
  }
}
