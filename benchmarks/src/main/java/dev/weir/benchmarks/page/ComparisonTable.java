package dev.weir.benchmarks.page;

import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.figures.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Markdown table with the figures of one comparison. */
final class ComparisonTable {
  private final Layout layout;
  private final Measured measured;

  ComparisonTable(Layout layout, Measured measured) {
    this.layout = layout;
    this.measured = measured;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            Stream.concat(
                Stream.of(layout.title()),
                Stream.concat(
                    layout.columns().stream().map(Column::title),
                    layout.ratios().stream().map(Layout.Quotient::title)))));
    int numbers = layout.columns().size() + layout.ratios().size();
    lines.add(line(Stream.concat(Stream.of("---"), Stream.generate(() -> "---:").limit(numbers))));
    layout.rows().stream().filter(this::hasFigures).map(this::row).forEach(lines::add);
    return String.join("\n", lines);
  }

  private boolean hasFigures(Row row) {
    return layout.columns().stream()
        .anyMatch(column -> measured.values(term(column, row)).isPresent());
  }

  private String row(Row row) {
    Stream<String> figures =
        layout.columns().stream()
            .map(
                column ->
                    measured
                        .values(term(column, row))
                        .map(values -> Numbers.of(values.median(), row.decimals()))
                        .orElse(""));
    Stream<String> ratios = layout.ratios().stream().map(ratio -> ratio(ratio, row));
    return line(Stream.concat(Stream.of(row.label()), Stream.concat(figures, ratios)));
  }

  private String ratio(Layout.Quotient ratio, Row row) {
    if (!row.isCompared()) {
      return "";
    }
    return measured
        .ratios(term(ratio.of(), row), term(ratio.to(), row))
        .map(Numbers::ratio)
        .orElse("");
  }

  private static Term term(Column column, Row row) {
    return new Term(column.side(), row.figure());
  }

  static String line(Stream<String> cells) {
    return "| " + String.join(" | ", cells.toList()) + " |";
  }
}
