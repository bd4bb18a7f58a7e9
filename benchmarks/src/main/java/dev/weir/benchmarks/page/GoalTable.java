package dev.weir.benchmarks.page;

import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.figures.Spread;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table at the top of the page: what was measured, and whether it reaches its goal. */
final class GoalTable {
  private final List<Goal> goals;
  private final Figures figures;

  GoalTable(List<Goal> goals, Figures figures) {
    this.goals = goals;
    this.figures = figures;
  }

  String text() {
    return Stream.concat(
            Stream.of(
                "| | median | least–most | goal | reached |", "| --- | ---: | ---: | ---: | --- |"),
            goals.stream().map(this::row))
        .collect(Collectors.joining("\n"));
  }

  private String row(Goal goal) {
    return ComparisonTable.line(
        goal.measured(figures)
            .map(
                measured ->
                    Stream.of(
                        goal.line(),
                        number(goal, measured.median()) + goal.unit(),
                        measured.count() == 1
                            ? "one round"
                            : number(goal, measured.least()) + "–" + number(goal, measured.most()),
                        limit(goal),
                        verdict(goal, measured) + ofQuickRun(goal)))
            .orElseGet(() -> Stream.of(goal.line(), "", "", limit(goal), "not measured")));
  }

  private static String limit(Goal goal) {
    String sign = goal.isAtLeast() ? "≥ " : "≤ ";
    return sign
        + (goal.unit().isEmpty() ? Numbers.ratio(goal.limit()) : Numbers.of(goal.limit(), 0))
        + goal.unit()
        + (goal.each() == null ? "" : ", each " + sign + Numbers.ratio(goal.each()));
  }

  private static String number(Goal goal, double measured) {
    return goal.unit().isEmpty() ? Numbers.ratio(measured) : Numbers.of(measured, 1);
  }

  /** Short runs and single rounds say little. */
  private String ofQuickRun(Goal goal) {
    boolean quick = figures.of(goal.comparison()).map(Measured::quick).orElse(false);
    return quick ? ", in a quick run" : "";
  }

  private static String verdict(Goal goal, Spread measured) {
    return goal.isReachedBy(measured) ? "yes" : "**no**";
  }
}
