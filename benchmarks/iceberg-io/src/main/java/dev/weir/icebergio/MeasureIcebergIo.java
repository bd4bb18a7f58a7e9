package dev.weir.icebergio;

import dev.weir.peers.CleanOutput;
import dev.weir.peers.HeapAfterGc;
import dev.weir.peers.SinkClock;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
    // One job, because it cannot be ended: the first half compiles the code.
    new AppendingJob(
            arguments.get("warehouse"),
            arguments.get("table"),
            new RowBlocks(2 * rows / RowBlocks.ROWS, Duration.ZERO),
            Long.parseLong(arguments.get("interval")))
        .start(Files.createTempDirectory("weir-iceberg-io-"), null);
    long before = await(table, rows);
    SinkClock.reset();
    SinkClock.row();
    await(table, 2 * rows);
    if (!table.differenceTo(2 * rows).equals(new AppendedTable.Difference(0, 0))) {
      throw new IllegalStateException("the table differs: " + table.differenceTo(2 * rows));
    }
    out.println(SinkClock.report(table.table(), 2 * rows - before, heap));
    out.close();
    Runtime.getRuntime().halt(0);
  }

  private static long await(AppendedTable table, long rows) throws InterruptedException {
    while (table.rows() < rows) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return table.rows();
  }

  static Map<String, String> arguments(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.substring(2).split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
