package dev.weir.benchmarks;

import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.figures.Spread;
import dev.weir.benchmarks.figures.Term;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares ratios with the kept ones, so that larger is better: Weir's throughput divided by that
 * of the other side, and the other side's processor time per record divided by Weir's. A ratio has
 * clearly fallen if its median is below {@value #TOLERATED} of the kept median, and no round
 * reaches the lowest kept round. The second condition tolerates the spread that the kept rounds
 * show themselves.
 */
final class SpeedGuard {
  static final double TOLERATED = 0.85;

  private SpeedGuard() {}

  /** Returns what to tell the developer, one text for each ratio that has clearly fallen. */
  static List<String> complaints(SmallComparison line, Measured kept, Measured measured) {
    return line.layout().rows().stream()
        .flatMap(row -> complaint(line, row, kept, measured).stream())
        .toList();
  }

  private static Optional<String> complaint(
      SmallComparison line, Row row, Measured kept, Measured measured) {
    boolean isTime = row.equals(Row.PROCESSOR);
    Column of = line.columns().get(isTime ? 1 : 0);
    Column to = line.columns().get(isTime ? 0 : 1);
    Term dividend = new Term(of.side(), row.figure());
    Term divisor = new Term(to.side(), row.figure());
    Spread before = kept.ratios(dividend, divisor).orElseThrow();
    Spread now = measured.ratios(dividend, divisor).orElseThrow();
    if (now.median() >= TOLERATED * before.median() || now.most() >= before.least()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s, %s: %s ÷ %s is %s, but %s on %s is kept in benchmarks/figures.json; if the change"
                + " is worth it, renew the figures with mvn -q process-classes exec:java"
                + " -Pbenchmarks -Dexec.args=%s",
            line.layout().title(),
            row.label(),
            of.title(),
            to.title(),
            text(now),
            text(before),
            kept.date(),
            line.layout().id()));
  }

  private static String text(Spread ratios) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f–%.2f)", ratios.median(), ratios.least(), ratios.most());
  }
}
