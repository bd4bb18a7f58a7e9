package dev.weir.benchmarks.page;

/**
 * A side of a comparison, as a column of its table.
 *
 * @param side the id of the side
 */
public record Column(String side, String title) {
  public static final Column WEIR = new Column("weir", "Weir");
  public static final Column NATIVE = new Column("native", "native Flink");
}
