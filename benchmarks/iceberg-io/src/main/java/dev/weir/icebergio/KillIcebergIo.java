package dev.weir.icebergio;

import dev.weir.peers.CleanOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills live jobs that append with Beam's own {@code IcebergIO}, each once, with SIGKILL, starts
 * them again from their last complete checkpoint, and counts the rows that are then missing or
 * repeated in the table.
 */
public final class KillIcebergIo {
  private static final int BLOCKS = 60;
  private static final int PACE_MILLIS = 500;
  private static final long ROWS = BLOCKS * RowBlocks.ROWS;
  private static final int INTERVAL_MILLIS = 2_000;
  private static final String TABLE = "bench.killed";

  /** Numbers of checkpoints. */
  private static final int QUIET = 5;

  private static final int PATIENT = 20;

  private final Path folder;
  private final AppendedTable table;
  private Process job;

  private KillIcebergIo() throws IOException {
    this.folder = Files.createTempDirectory("weir-iceberg-io-");
    this.table = AppendedTable.create(folder.toString(), TABLE);
  }

  /** Arguments: {@code --kills=N [--seed=S]}. First, one job runs without a kill. */
  public static void main(String[] args) throws Exception {
    try (PrintStream out = CleanOutput.claim()) {
      killAll(out, args);
    }
    System.exit(0);
  }

  private static void killAll(PrintStream out, String... args)
      throws IOException, InterruptedException {
    Map<String, String> arguments = MeasureIcebergIo.arguments(args);
    int kills = Integer.parseInt(arguments.get("kills"));
    Random random = new Random(Long.parseLong(arguments.getOrDefault("seed", "1")));
    out.println(
        ROWS
            + " rows, two blocks of "
            + RowBlocks.ROWS
            + " per second; a checkpoint and a commit every 2 s");
    out.println("| kill | rows in the table at the kill | missing | repeated |");
    out.println("| ---: | ---: | ---: | ---: |");
    KillIcebergIo control = new KillIcebergIo();
    control.run();
    control.print(out, "none", "");
    int lossy = 0;
    int repeating = 0;
    for (int kill = 1; kill <= kills; kill++) {
      KillIcebergIo killed = new KillIcebergIo();
      long rows = killed.runAndKill(random.nextInt(1, 4), random.nextInt(INTERVAL_MILLIS));
      AppendedTable.Difference difference = killed.print(out, "" + kill, "" + rows);
      lossy += difference.missing() > 0 ? 1 : 0;
      repeating += difference.repeated() > 0 ? 1 : 0;
    }
    out.println(
        "of " + kills + " kills, " + lossy + " lost rows and " + repeating + " repeated rows");
  }

  private AppendedTable.Difference print(PrintStream out, String kill, String rows)
      throws IOException {
    AppendedTable.Difference difference = table.differenceTo(ROWS);
    out.println(
        "| "
            + String.join(" | ", kill, rows, "" + difference.missing(), "" + difference.repeated())
            + " |");
    out.flush();
    return difference;
  }

  /** Runs a job to the end of its rows. */
  private void run() throws IOException, InterruptedException {
    start(null);
    awaitTheEnd();
    kill();
  }

  /**
   * Kills a job, and runs it again to the end of its rows.
   *
   * @param commits the commit after which it is killed
   * @param delay milliseconds between the commit and the kill
   * @return the number of rows that were in the table when it was killed
   */
  private long runAndKill(int commits, int delay) throws IOException, InterruptedException {
    start(null);
    while (table.snapshots() < commits || lastCheckpoint() == null) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    TimeUnit.MILLISECONDS.sleep(delay);
    kill();
    long rows = table.rows();
    start(Objects.requireNonNull(lastCheckpoint(), "no checkpoint to start from"));
    awaitTheEnd();
    kill();
    return rows;
  }

  private void kill() throws InterruptedException {
    job.destroyForcibly().waitFor();
  }

  /**
   * Waits until the table has not changed for some checkpoints, more of them if rows are missing.
   * On a busy machine, seconds would say nothing about a job.
   */
  private void awaitTheEnd() throws IOException, InterruptedException {
    long before = number(lastCheckpoint());
    long rows = table.rows();
    long missing = ROWS;
    long quietSince = before;
    long now = before;
    while (now == before || now - quietSince < (missing > 0 ? PATIENT : QUIET)) {
      TimeUnit.MILLISECONDS.sleep(100);
      if (!job.isAlive()) {
        throw new IllegalStateException("the job ended; see job.log in " + folder);
      }
      now = Math.max(now, number(lastCheckpoint()));
      if (table.rows() != rows) {
        rows = table.rows();
        missing = table.differenceTo(ROWS).missing();
        quietSince = now;
      }
    }
  }

  private static long number(String checkpoint) {
    return checkpoint == null
        ? 0
        : Long.parseLong(checkpoint.replaceFirst(".*chk-(\\d+)/?$", "$1"));
  }

  private void start(String restored) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.io.tmpdir=" + folder));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            RunIcebergIo.class.getName(),
            "--blocks=" + BLOCKS,
            "--pace=" + PACE_MILLIS,
            "--interval=" + INTERVAL_MILLIS,
            "--warehouse=" + folder,
            "--table=" + TABLE,
            "--folder=" + folder));
    if (restored != null) {
      command.add("--restored=" + restored);
    }
    job =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.appendTo(folder.resolve("job.log").toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(job::destroyForcibly));
  }

  /** Returns the last complete checkpoint; null if there is none. */
  private String lastCheckpoint() throws IOException {
    Path checkpoints = folder.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return null;
    }
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(path -> path.endsWith("_metadata"))
          .max(Comparator.comparing(path -> path.toFile().lastModified()))
          .map(path -> path.getParent().toUri().toString())
          .orElse(null);
    } catch (UncheckedIOException e) {
      // Flink deletes old checkpoints meanwhile.
      return null;
    }
  }
}
