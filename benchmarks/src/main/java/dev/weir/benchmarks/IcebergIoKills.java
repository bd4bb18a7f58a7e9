package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Side;
import dev.weir.folders.TemporaryFolder;
import java.io.IOException;
import java.util.List;

/**
 * Kills jobs that append with Beam's own IcebergIO, and prints how many rows are then missing or
 * repeated in the table. Weir's sink has {@code LedgerKillIT} for this.
 */
final class IcebergIoKills {
  private IcebergIoKills() {}

  /**
   * Runs one job without a kill, and then the killed ones.
   *
   * @return the exit status of the process that does it
   */
  static int run(boolean quick) throws IOException, InterruptedException {
    try (TemporaryFolder temporary = TemporaryFolder.create("kills")) {
      List<String> command =
          Side.command(
              "benchmarks/iceberg-io",
              "-Xmx512m",
              "dev.weir.icebergio.KillIcebergIo",
              List.of("--kills=" + (quick ? 1 : 8)));
      command.add(1, "-Djava.io.tmpdir=" + temporary.path());
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
  }
}
