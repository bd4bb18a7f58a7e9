package dev.weir.benchmarks.compare;

import dev.weir.benchmarks.compare.Comparison.Sides;
import dev.weir.benchmarks.figures.Environment;
import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.page.Column;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the sides of comparisons in turn, every second round in the opposite order, so that other
 * load on the machine affects all of them. Prints a line for each run.
 */
public final class Measurement {
  private final Bench bench;
  private final Clock clock = Clock.systemUTC();

  public Measurement(Bench bench) {
    this.bench = bench;
  }

  /** Measures as many rounds as the comparison wants, or one quick round. */
  public Measured measure(Comparison comparison) throws Exception {
    return measure(
        comparison, comparison.layout().columns(), bench.isQuick() ? 1 : comparison.rounds());
  }

  /**
   * @param columns the sides that run
   */
  Measured measure(Comparison comparison, List<Column> columns, int rounds) throws Exception {
    long began = System.nanoTime();
    String id = comparison.layout().id();
    print(id + ": " + comparison.layout().title());
    List<Map<String, Map<String, Double>>> measured = new ArrayList<>();
    try (Sides sides = comparison.open(bench)) {
      for (int round = 0; round < rounds; round++) {
        measured.add(round(sides, columns, round, id + " round " + (round + 1) + "/" + rounds));
      }
    }
    print(id + " took " + (System.nanoTime() - began) / 1_000_000_000 + " s");
    return new Measured(
        LocalDate.now(clock).toString(), bench.isQuick(), Environment.current(), "", measured);
  }

  private Map<String, Map<String, Double>> round(
      Sides sides, List<Column> columns, int round, String name) throws Exception {
    List<Column> order = new ArrayList<>(columns);
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    Map<String, Map<String, Double>> figures = new HashMap<>();
    for (Column column : order) {
      Map<String, Double> figure = sides.run(column.side()).figures();
      print(name + ", " + column.side() + ": " + figure);
      figures.put(column.side(), figure);
    }
    Map<String, Map<String, Double>> inOrder = new LinkedHashMap<>();
    columns.forEach(column -> inOrder.put(column.side(), figures.get(column.side())));
    return inOrder;
  }

  private void print(String line) {
    System.out.println(LocalTime.now(clock).truncatedTo(ChronoUnit.SECONDS) + " " + line);
  }
}
