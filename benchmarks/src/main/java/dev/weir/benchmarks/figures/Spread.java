package dev.weir.benchmarks.figures;

import java.util.List;
import java.util.Optional;

/**
 * The median of values, and how far they spread.
 *
 * @param count the number of values, at least 1
 */
public record Spread(double median, double least, double most, int count) {

  /** Returns empty for no values. */
  public static Optional<Spread> of(List<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int count = sorted.size();
    double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    return Optional.of(new Spread(median, sorted.get(0), sorted.get(count - 1), count));
  }
}
