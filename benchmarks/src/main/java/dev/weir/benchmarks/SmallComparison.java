package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.loans.WholeJobs;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Two ratios of another comparison, always measured with its quick runs: of the throughput, and of
 * the processor time per record, which other load on the machine affects less. The speed guard
 * compares them with the kept ones.
 *
 * @param name names it in the section {@code speed}
 * @param whole the other comparison
 * @param throughput the figure of which larger is better
 * @param columns Weir and the side that it is compared with
 */
record SmallComparison(String name, Comparison whole, Row throughput, List<Column> columns)
    implements Comparison {
  static final String SECTION = "speed";

  /** All that the guard looks at. */
  static List<SmallComparison> all() {
    Column sink = new Column("flink-sink", "FlinkSink");
    Column sql = new Column("flink-sql", "Flink SQL");
    Row rows = Row.of("rows_per_second", "rows per second", 0);
    return List.of(
        new SmallComparison(
            "loans", WholeJobs.throughput(), Row.PER_SECOND, List.of(Column.WEIR, Column.NATIVE)),
        new SmallComparison("append", LedgerSinks.append(), rows, List.of(Column.WEIR, sink)),
        new SmallComparison(
            "spend", SpendWindows.all().get(0), Row.PER_SECOND, List.of(Column.WEIR, sql)),
        new SmallComparison(
            "money", MoneyJobs.onTheHeap(), Row.PER_SECOND, List.of(Column.WEIR, Column.NATIVE)));
  }

  @Override
  public Layout layout() {
    return Layout.of(
        SECTION + "/" + name,
        whole.layout().section() + ", " + whole.layout().name(),
        columns,
        List.of(throughput, Row.PROCESSOR));
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    Sides sides = whole.open(new Bench(bench.folder(), true));
    return new Sides() {
      @Override
      public Outcome run(String side) throws Exception {
        Map<String, Double> figures = sides.run(side).figures();
        Outcome outcome = new Outcome();
        layout().rows().forEach(row -> outcome.with(row.figure(), figures.get(row.figure())));
        return outcome;
      }

      @Override
      public void close() throws IOException {
        sides.close();
      }
    };
  }
}
