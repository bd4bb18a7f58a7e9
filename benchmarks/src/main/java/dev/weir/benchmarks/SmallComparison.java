package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.loans.WholeJobs;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.util.List;

/**
 * One ratio of another comparison, always measured with its quick runs. The speed guard compares it
 * with the kept one.
 *
 * @param name names it in the section {@code speed}
 * @param whole the other comparison
 * @param figure the figure of which larger is better
 * @param columns Weir and the side that it is compared with
 */
record SmallComparison(String name, Comparison whole, Row figure, List<Column> columns)
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
        List.of(figure));
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    return whole.open(new Bench(bench.folder(), true));
  }
}
