package dev.weir.benchmarks.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one comparison.
 *
 * @param date the day of the last run, UTC, as in 2026-01-31
 * @param quick whether the runs were short
 * @param note how the figures were measured if the command did not measure them as it does now;
 *     otherwise empty
 * @param rounds in each round every side ran once: for each side its figures by name
 */
public record Measured(
    String date,
    boolean quick,
    Environment environment,
    String note,
    List<Map<String, Map<String, Double>>> rounds) {

  /** Returns the values of a figure; empty if no round has it. */
  public Optional<Spread> values(Term term) {
    return Spread.of(rounds.stream().flatMap(round -> value(round, term).stream()).toList());
  }

  /** Returns ratios computed within each round; empty if no round has both figures. */
  public Optional<Spread> ratios(Term of, Term to) {
    List<Double> ratios = new ArrayList<>();
    for (Map<String, Map<String, Double>> round : rounds) {
      Optional<Double> divisor = value(round, to).filter(value -> value != 0);
      divisor.flatMap(value -> value(round, of).map(v -> v / value)).ifPresent(ratios::add);
    }
    return Spread.of(ratios);
  }

  private static Optional<Double> value(Map<String, Map<String, Double>> round, Term term) {
    return Optional.ofNullable(round.getOrDefault(term.side(), Map.of()).get(term.figure()));
  }
}
