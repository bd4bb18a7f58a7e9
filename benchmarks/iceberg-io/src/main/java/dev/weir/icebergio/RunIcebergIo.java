package dev.weir.icebergio;

import dev.weir.peers.CleanOutput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Runs a job that appends payments at a steady rate, until the process is killed. */
final class RunIcebergIo {
  private RunIcebergIo() {}

  /**
   * Arguments: {@code --blocks=N --pace=MILLISECONDS --interval=MILLISECONDS --warehouse=FOLDER
   * --table=database.table --folder=FOLDER [--restored=CHECKPOINT]}.
   */
  public static void main(String[] args) throws Exception {
    CleanOutput.claim();
    Map<String, String> arguments = MeasureIcebergIo.arguments(args);
    new AppendingJob(
            arguments.get("warehouse"),
            arguments.get("table"),
            new RowBlocks(
                Long.parseLong(arguments.get("blocks")),
                Duration.ofMillis(Long.parseLong(arguments.get("pace")))),
            Long.parseLong(arguments.get("interval")))
        .start(Path.of(arguments.get("folder")), arguments.get("restored"));
  }
}
