package dev.weir.benchmarks.page;

/**
 * A figure of all sides, as a row of a table.
 *
 * @param figure the name of the figure
 * @param label what it is, with its unit
 * @param decimals how many digits after the point are shown
 * @param isCompared whether ratios of it are shown
 */
public record Row(String figure, String label, int decimals, boolean isCompared) {
  public static final Row PER_SECOND = of("per_second", "records per second", 0);
  public static final Row PROCESSOR =
      of("processor_micros", "processor time of the process per record, µs", 2);
  public static final Row HEAP = of("heap_mib", "peak heap after collections, MiB", 0);
  public static final Row RESIDENT =
      of("resident_mib", "largest resident size of the process, MiB", 0);

  /** A figure that is compared. */
  public static Row of(String figure, String label, int decimals) {
    return new Row(figure, label, decimals, true);
  }

  /** A number of things, such as the records of the input. */
  public static Row count(String figure, String label) {
    return new Row(figure, label, 0, false);
  }
}
