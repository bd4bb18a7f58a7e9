package dev.weir.benchmarks.page;

import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.figures.Spread;
import dev.weir.benchmarks.figures.Term;
import java.util.Optional;

/**
 * What a figure, or a ratio of two figures of one comparison, should reach.
 *
 * @param line what it is
 * @param comparison the id of the comparison
 * @param to the figure that {@code of} is divided by, round by round; null for {@code of} alone
 * @param isAtLeast whether larger is better
 * @param limit for the median
 * @param each for every single round; null if it does not matter
 * @param unit follows the limit, such as {@code " ms"}; empty for a ratio
 */
public record Goal(
    String line,
    String comparison,
    Term of,
    Term to,
    boolean isAtLeast,
    double limit,
    Double each,
    String unit) {

  /** The ratio of a figure of Weir to that of another side should be at least this. */
  static Goal atLeast(
      double limit, String line, String comparison, String figure, String of, String to) {
    return new Goal(
        line, comparison, new Term(of, figure), new Term(to, figure), true, limit, null, "");
  }

  /** Also no single round may have less. */
  Goal andEach(double least) {
    return new Goal(line, comparison, of, to, isAtLeast, limit, least, unit);
  }

  /** The ratio of two figures should be at most this. */
  static Goal atMost(double limit, String line, String comparison, Term of, Term to) {
    return new Goal(line, comparison, of, to, false, limit, null, "");
  }

  /** A figure should be at most this. */
  static Goal atMost(double limit, String unit, String line, String comparison, Term of) {
    return new Goal(line, comparison, of, null, false, limit, null, unit);
  }

  /** Returns what was measured; empty if nothing was. */
  public Optional<Spread> measured(Figures figures) {
    return figures.of(comparison).flatMap(all -> to == null ? all.values(of) : all.ratios(of, to));
  }

  /** Returns whether this reaches the goal. */
  public boolean isReachedBy(Spread measured) {
    return isAtLeast
        ? measured.median() >= limit && (each == null || measured.least() >= each)
        : measured.median() <= limit && (each == null || measured.most() <= each);
  }
}
