package dev.weir.icebergio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.peers.CleanOutput;
import dev.weir.peers.HeapAfterGc;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Times Beam's own {@code IcebergIO} on the rows and the table and with the arguments of {@link
 * dev.weir.peers.MeasureFlinkSink} and prints one line of JSON in the same format. It can only
 * append.
 */
public final class MeasureIcebergIo {
  private MeasureIcebergIo() {}

  /**
   * Arguments: {@code --mode=append --rows=N --interval=MILLISECONDS --warehouse=FOLDER
   * --table=database.table}; others are ignored. The interval is that of the checkpoints and of
   * IcebergIO's commits.
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = CleanOutput.claim();
    Map<String, String> arguments = arguments(args);
    if (!arguments.get("mode").equals("append")) {
      throw new IllegalArgumentException("IcebergIO only appends; --mode must be append");
    }
    long rows = Long.parseLong(arguments.get("rows"));
    AppendedTable table = AppendedTable.create(arguments.get("warehouse"), arguments.get("table"));
    HeapAfterGc heap = HeapAfterGc.watch();
    new AppendingJob(
            arguments.get("warehouse"),
            arguments.get("table"),
            new RowBlocks(rows / RowBlocks.ROWS, Duration.ZERO),
            Long.parseLong(arguments.get("interval")))
        .start(Files.createTempDirectory("weir-iceberg-io-"), null);
    while (table.rows() < rows) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    if (!table.differenceTo(rows).equals(new AppendedTable.Difference(0, 0))) {
      throw new IllegalStateException("the table differs: " + table.differenceTo(rows));
    }
    out.println(report(table.table(), rows, heap.peakMebibytes()));
    out.close();
    Runtime.getRuntime().halt(0);
  }

  static Map<String, String> arguments(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.substring(2).split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static String report(Table table, long rows, long peakHeap)
      throws JsonProcessingException {
    Snapshot last = table.currentSnapshot();
    double seconds = (last.timestampMillis() - AppendingJob.firstMillis()) / 1000.0;
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("rows", rows);
    report.put("seconds", seconds);
    report.put("rows_per_second", Math.round(rows / seconds));
    report.put("snapshots", table.history().size());
    report.put("data_files", total(last, "total-data-files"));
    report.put("delete_files", total(last, "total-delete-files"));
    report.put("bytes", total(last, "total-files-size"));
    report.put("peak_heap_after_gc_mb", peakHeap);
    return new ObjectMapper().writeValueAsString(report);
  }

  private static long total(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
