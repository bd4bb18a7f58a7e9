package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import dev.weir.folders.Folders;
import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Compares sinks: all write the same rows to the same table, in turn, each in its own process with
 * the same heap. Iceberg's generic reader reads the table back.
 */
final class LedgerSinks implements Comparison {
  private static final String TABLE = "bench.rows";
  private static final int COMMIT_MILLIS = 2_000;

  private final String name;
  private final String title;
  private final String mode;
  private final long rows;
  private final List<Writer> writers;

  private LedgerSinks(String name, String title, String mode, long rows, List<Writer> writers) {
    this.name = name;
    this.title = title;
    this.mode = mode;
    this.rows = rows;
    this.writers = writers;
  }

  /** A sink; each is a process that takes the same arguments and prints the same figures. */
  private enum Writer {
    WEIR(Column.WEIR, "benchmarks", "dev.weir.benchmarks.MeasureWeirSink"),
    WITH_VECTORS(
        new Column("vectors", "Weir, format version 3"),
        "benchmarks",
        "dev.weir.benchmarks.MeasureWeirSink",
        "--format=3"),
    FLINK_SINK(
        new Column("flink-sink", "FlinkSink"),
        "benchmarks/peers",
        "dev.weir.peers.MeasureFlinkSink"),
    /** It only appends. */
    ICEBERG_IO(
        new Column("iceberg-io", "Beam's IcebergIO"),
        "benchmarks/iceberg-io",
        "dev.weir.icebergio.MeasureIcebergIo");

    private final Column column;
    private final String module;
    private final String main;
    private final List<String> more;

    Writer(Column column, String module, String main, String... more) {
      this.column = column;
      this.module = module;
      this.main = main;
      this.more = List.of(more);
    }
  }

  static LedgerSinks append() {
    return new LedgerSinks(
        "append", "append", "append", 5_000_000, List.of(Writer.WEIR, Writer.FLINK_SINK));
  }

  static LedgerSinks upsert() {
    return new LedgerSinks(
        "upsert",
        "upsert",
        "upsert",
        1_500_000,
        List.of(Writer.WEIR, Writer.WITH_VECTORS, Writer.FLINK_SINK));
  }

  /** Compares with IcebergIO, which is slow and therefore writes fewer rows. There is no goal. */
  static LedgerSinks beam() {
    return new LedgerSinks(
        "beam",
        "append, Beam's IcebergIO",
        "append",
        500_000,
        List.of(Writer.WEIR, Writer.ICEBERG_IO));
  }

  private boolean upserts() {
    return mode.equals("upsert");
  }

  @Override
  public Layout layout() {
    return Layout.of(
        "ledger/" + name,
        title + ", a commit every " + COMMIT_MILLIS / 1_000 + " s",
        writers.stream().map(writer -> writer.column).toList(),
        List.of(
            Row.of("rows_per_second", "rows per second", 0),
            Row.of("processor_micros", "processor time per row, µs", 2),
            Row.HEAP,
            Row.RESIDENT,
            Row.count("rows", "rows"),
            Row.count("snapshots", "snapshots"),
            Row.count("data_files", "data files"),
            Row.count("delete_files", "delete files"),
            Row.of("mib", "MiB", 1),
            Row.of("read_seconds", "seconds to read back", 2),
            Row.of("compacted_read_seconds", "seconds to read back after compaction", 2)));
  }

  @Override
  public int rounds() {
    return name.equals("beam") ? 3 : 5;
  }

  @Override
  public Sides open(Bench bench) {
    long written = bench.size(rows, Math.min(rows, 1_000_000));
    return side -> {
      Writer writer =
          writers.stream().filter(w -> w.column.side().equals(side)).findFirst().orElseThrow();
      Path warehouse = bench.folder("warehouse");
      try {
        return write(writer, written, warehouse);
      } finally {
        Folders.delete(warehouse);
      }
    };
  }

  private Outcome write(Writer writer, long written, Path warehouse)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(writer.more);
    arguments.addAll(
        List.of(
            "--mode=" + mode,
            "--rows=" + written,
            "--keys=" + written / 4,
            "--interval=" + COMMIT_MILLIS,
            "--warehouse=" + warehouse,
            "--table=" + TABLE));
    JsonNode report = Side.run(writer.module, writer.main, arguments);
    Outcome outcome =
        Outcome.of(
                report,
                "rows_per_second",
                "processor_micros",
                "heap_mib",
                "rows",
                "snapshots",
                "data_files",
                "delete_files",
                "mib")
            .withMemory(report)
            .with("read_seconds", read(warehouse));
    if (upserts() && writer == Writer.WEIR) {
      MaintainTable.of(LedgerCatalog.inFolder(warehouse), TABLE, MaintenanceRules.standard()).run();
      outcome.with("compacted_read_seconds", read(warehouse));
    }
    return outcome;
  }

  /** Returns the seconds of the second time, in which the reader's code is compiled. */
  private static double read(Path warehouse) throws IOException {
    readOnce(warehouse);
    return readOnce(warehouse);
  }

  private static double readOnce(Path warehouse) throws IOException {
    long began = System.nanoTime();
    try (OpenCatalog open = LedgerCatalog.inFolder(warehouse).open()) {
      Table table = open.table(TABLE);
      try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
        long count = 0;
        for (Record row : rows) {
          count += row.get(0) == null ? 0 : 1;
        }
        if (count == 0) {
          throw new IllegalStateException("the table has no rows");
        }
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
