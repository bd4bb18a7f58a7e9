package dev.weir.benchmarks.page;

/**
 * A figure of all sides, as a row of a table.
 *
 * @param figure the name of the figure
 * @param label what it is, with its unit
 * @param decimals how many digits after the point are shown
 */
public record Row(String figure, String label, int decimals) {
  public static final Row PER_SECOND = new Row("per_second", "records per second", 0);
  public static final Row PROCESSOR =
      new Row("processor_micros", "processor time of the process per record, µs", 2);
  public static final Row HEAP = new Row("heap_mib", "peak heap after collections, MiB", 0);
  public static final Row RESIDENT =
      new Row("resident_mib", "largest resident size of the process, MiB", 0);
}
