package dev.weir.benchmarks.page;

import java.util.List;

/**
 * How a comparison is shown: a table with a column for each side, and one for each ratio.
 *
 * @param id the section and a name in it, as in {@code loans/throughput}
 * @param title what is compared, with the size of the input
 * @param ratios the columns of ratios, in addition to those of the sides
 */
public record Layout(
    String id, String title, List<Column> columns, List<Quotient> ratios, List<Row> rows) {

  /** A column of ratios: the figure of one side divided by that of another, round by round. */
  public record Quotient(Column of, Column to) {
    String title() {
      return of.title() + " ÷ " + to.title();
    }
  }

  /** Compares the first side with each of the others. */
  public static Layout of(String id, String title, List<Column> columns, List<Row> rows) {
    List<Quotient> ratios =
        columns.stream().skip(1).map(other -> new Quotient(columns.get(0), other)).toList();
    return new Layout(id, title, columns, ratios, rows);
  }

  /** Returns the part of the page where it is. */
  public String section() {
    return id.substring(0, id.indexOf('/'));
  }

  /** Returns its name in the section. */
  public String name() {
    return id.substring(id.indexOf('/') + 1);
  }
}
