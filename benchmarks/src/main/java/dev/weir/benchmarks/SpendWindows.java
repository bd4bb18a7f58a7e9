package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.util.List;
import java.util.Locale;

/**
 * Compares Weir's windows with Beam's own and Flink SQL's: all put the same payments into the same
 * windows, in turn, each in its own process. The outputs must be identical: the number of rows and
 * the sums of their counts, sums and extremes.
 */
final class SpendWindows implements Comparison {
  private static final long CHECKPOINT_MILLIS = 10_000;
  private static final Column SQL = new Column("flink-sql", "Flink SQL");
  private static final Column BEAM = new Column("beam", "Beam SlidingWindows");

  private static final Windows MINUTE = new Windows("minute", "1 min every 30 s", 60, 30);
  private static final Windows DAY = new Windows("day", "1 day every 1 min", 86_400, 60);

  /** With fewer payments, most of the time would be the warm-up of the JVM. */
  private static final Input LARGE = new Input(4_000_000, 1_000_000, 100);

  private static final Input MEDIUM = new Input(700_000, 300_000, 100);
  private static final Input SMALL = new Input(100_000, 60_000, 25);

  private final String name;
  private final String state;
  private final Windows windows;
  private final Input input;
  private final List<Column> columns;

  private SpendWindows(
      String name, String state, Windows windows, Input input, List<Column> columns) {
    this.name = name;
    this.state = state;
    this.windows = windows;
    this.input = input;
    this.columns = columns;
  }

  /** Length and slide in seconds. */
  private record Windows(String name, String title, long length, long slide) {}

  /** The number of payments, in multiples of 500, and of accounts; all span the same hours. */
  private record Input(long full, long quick, long accounts) {
    private static final long HOURS_IN_MICROS = 10_000_000_000L;
  }

  /** All comparisons, in the order of the page. */
  static List<SpendWindows> all() {
    List<Column> withSql = List.of(Column.WEIR, SQL);
    List<Column> withBeam = List.of(Column.WEIR, BEAM);
    // Beam writes each payment to 1,440 windows of a day: a larger input would take hours.
    return List.of(
        new SpendWindows("minute-heap", "hashmap", MINUTE, LARGE, withSql),
        new SpendWindows(
            "minute-rocksdb", "rocksdb", MINUTE, new Input(2_500_000, 500_000, 100), withSql),
        new SpendWindows("day-heap", "hashmap", DAY, new Input(300_000, 100_000, 100), withSql),
        new SpendWindows("day-rocksdb", "rocksdb", DAY, new Input(40_000, 20_000, 25), withSql),
        new SpendWindows("beam-minute-heap", "hashmap", MINUTE, MEDIUM, withBeam),
        new SpendWindows("beam-minute-rocksdb", "rocksdb", MINUTE, SMALL, withBeam),
        new SpendWindows("beam-day-heap", "hashmap", DAY, new Input(500, 500, 100), withBeam),
        new SpendWindows("beam-day-rocksdb", "rocksdb", DAY, new Input(500, 500, 25), withBeam));
  }

  @Override
  public Layout layout() {
    return Layout.of(
        "spend/" + name,
        String.format(
            Locale.ROOT,
            "%s, %s, %d accounts",
            windows.title(),
            state.equals("hashmap") ? "heap" : "RocksDB",
            input.accounts()),
        columns,
        List.of(
            Row.of("per_second", "payments per second", 0),
            Row.of("processor_micros", "processor time of the process per payment, µs", 1),
            Row.RESIDENT,
            Row.count("payments", "payments"),
            Row.count("rows", "rows")));
  }

  /** There are goals for the comparisons with Flink SQL only. */
  @Override
  public int rounds() {
    return columns.contains(SQL) ? 5 : 2;
  }

  @Override
  public Sides open(Bench bench) {
    Outcome.Same same = new Outcome.Same("rows", "count", "cents", "extremes");
    long payments = bench.size(input.full(), input.quick());
    return side -> {
      JsonNode report = run(side, payments, bench);
      same.require(side, report);
      if (report.get("rows").asLong() == 0) {
        throw new IllegalStateException(side + " gave no rows: " + report);
      }
      return Outcome.of(report, "payments", "rows")
          .with("per_second", payments / report.get("seconds").asDouble())
          .withUsage(report, payments);
    };
  }

  private JsonNode run(String side, long payments, Bench bench) throws Exception {
    boolean sql = side.equals(SQL.side());
    return Side.run(
        sql ? "benchmarks/peers" : "benchmarks",
        sql ? "dev.weir.peers.MeasureFlinkSpend" : "dev.weir.benchmarks.MeasureBeamSpend",
        List.of(
            "--engine=" + (side.equals(Column.WEIR.side()) ? "weir" : "sliding"),
            "--state=" + state,
            "--payments=" + payments,
            "--accounts=" + input.accounts(),
            "--micros=" + Input.HOURS_IN_MICROS / payments,
            "--length=" + windows.length(),
            "--slide=" + windows.slide(),
            "--interval=" + CHECKPOINT_MILLIS,
            "--checkpoints=" + bench.folder("checkpoints")));
  }
}
