package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Compares Weir's sink with Iceberg's own Flink sink: both write the same rows to the same table,
 * in turn, each in its own process with the same heap. Figures are medians; Iceberg's generic
 * reader reads the table back.
 */
final class LedgerSinks {
  private static final String TABLE = "bench.rows";

  private final Path folder;
  private final int rounds;

  LedgerSinks(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  /**
   * Figures of one run of one side, and how long it took to read its table: as it was written, and
   * after its deletes were applied by a compaction.
   */
  private record Run(JsonNode figures, double readSeconds, double compactedSeconds) {
    double figure(String name) {
      return figures.get(name).asDouble();
    }
  }

  void compare(long rows, long keys, String interval) throws IOException, InterruptedException {
    compare("append", rows, keys, interval);
    compare("upsert", rows, keys, interval);
  }

  private void compare(String mode, long rows, long keys, String interval)
      throws IOException, InterruptedException {
    List<Run> weir = new ArrayList<>();
    List<Run> iceberg = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      boolean weirFirst = round % 2 == 0;
      for (boolean isWeir : List.of(weirFirst, !weirFirst)) {
        (isWeir ? weir : iceberg).add(run(isWeir, mode, rows, keys, interval));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n| %s, %,d rows%s, a commit every %s ms | Weir | Iceberg's FlinkSink | ratio |%n",
        mode,
        rows,
        mode.equals("upsert") ? String.format(Locale.ROOT, ", %,d keys", keys) : "",
        interval);
    System.out.println("| --- | ---: | ---: | ---: |");
    row("rows per second", median(weir, "rows_per_second"), median(iceberg, "rows_per_second"));
    row("snapshots", median(weir, "snapshots"), median(iceberg, "snapshots"));
    row("data files", median(weir, "data_files"), median(iceberg, "data_files"));
    row("delete files", median(weir, "delete_files"), median(iceberg, "delete_files"));
    row("MiB", median(weir, "bytes") / (1 << 20), median(iceberg, "bytes") / (1 << 20));
    row("seconds to read back", medianRead(weir), medianRead(iceberg));
    row("seconds to read back, compacted", medianCompacted(weir), medianCompacted(iceberg));
    row(
        "peak heap after collections, MiB",
        median(weir, "peak_heap_after_gc_mb"),
        median(iceberg, "peak_heap_after_gc_mb"));
  }

  private Run run(boolean isWeir, String mode, long rows, long keys, String interval)
      throws IOException, InterruptedException {
    Path warehouse = Files.createTempDirectory(folder, "warehouse-");
    JsonNode figures =
        Side.run(
            isWeir ? "benchmarks" : "benchmarks/peers",
            isWeir ? "dev.weir.benchmarks.MeasureWeirSink" : "dev.weir.peers.MeasureFlinkSink",
            List.of(
                "--mode=" + mode,
                "--rows=" + rows,
                "--keys=" + keys,
                "--interval=" + interval,
                "--warehouse=" + warehouse,
                "--table=" + TABLE));
    double seconds = read(warehouse);
    MaintainTable.of(LedgerCatalog.inFolder(warehouse), TABLE, MaintenanceRules.standard()).run();
    double compacted = read(warehouse);
    delete(warehouse);
    return new Run(figures, seconds, compacted);
  }

  private static double read(Path warehouse) throws IOException {
    long began = System.nanoTime();
    try (OpenCatalog open = LedgerCatalog.inFolder(warehouse).open()) {
      Table table = open.table(TABLE);
      try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
        long count = 0;
        for (Record row : rows) {
          count += row.get(0) == null ? 0 : 1;
        }
        if (count == 0) {
          throw new IllegalStateException("the benchmark process read no rows");
        }
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private static double median(List<Run> runs, String figure) {
    return middle(runs.stream().map(run -> run.figure(figure)).sorted().toList());
  }

  private static double medianRead(List<Run> runs) {
    return middle(runs.stream().map(Run::readSeconds).sorted().toList());
  }

  private static double medianCompacted(List<Run> runs) {
    return middle(runs.stream().map(Run::compactedSeconds).sorted().toList());
  }

  private static double middle(List<Double> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private static void row(String name, double weir, double iceberg) {
    String ratio = iceberg == 0 ? "" : String.format(Locale.ROOT, "%.2f", weir / iceberg);
    System.out.printf(Locale.ROOT, "| %s | %,.1f | %,.1f | %s |%n", name, weir, iceberg, ratio);
  }
}
