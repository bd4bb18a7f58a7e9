package dev.weir.benchmarks;

import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.figures.Spread;
import dev.weir.benchmarks.figures.Term;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares a ratio with the kept one. It has clearly fallen if the median is below {@value
 * #TOLERATED} of the kept median, and no round reaches the lowest kept round. The second condition
 * tolerates the spread that the kept rounds show themselves.
 */
final class SpeedGuard {
  static final double TOLERATED = 0.85;

  private SpeedGuard() {}

  /** Returns what to tell the developer; empty if the ratio has not clearly fallen. */
  static Optional<String> complaint(SmallComparison line, Measured kept, Measured measured) {
    Spread before = ratio(line, kept);
    Spread now = ratio(line, measured);
    if (now.median() >= TOLERATED * before.median() || now.most() >= before.least()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: %s ÷ %s is %.2f (%.2f–%.2f), but %.2f (%.2f–%.2f) on %s is kept in"
                + " benchmarks/figures.json; if the change is worth it, renew the figures with"
                + " mvn -q process-classes exec:java -Pbenchmarks -Dexec.args=%s",
            line.layout().title(),
            line.columns().get(0).title(),
            line.columns().get(1).title(),
            now.median(),
            now.least(),
            now.most(),
            before.median(),
            before.least(),
            before.most(),
            kept.date(),
            line.layout().id()));
  }

  private static Spread ratio(SmallComparison line, Measured measured) {
    List<Term> terms =
        line.columns().stream()
            .map(column -> new Term(column.side(), line.figure().figure()))
            .toList();
    return measured
        .ratios(terms.get(0), terms.get(1))
        .orElseThrow(
            () -> new IllegalStateException("no figures for the ratio of " + line.layout().id()));
  }
}
