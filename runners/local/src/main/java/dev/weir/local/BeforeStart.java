package dev.weir.local;

import com.google.common.net.InetAddresses;
import dev.weir.needs.Findings;
import dev.weir.needs.Needs;
import dev.weir.ports.FolderOptions;
import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/** Checks the external resources that a command needs, and reports the missing ones. */
public final class BeforeStart {
  private static final Pattern CLUSTER =
      Pattern.compile("(?:https?://)?\\[?([^\\s/\\[\\]]+?)\\]?:(\\d{1,5})");

  private BeforeStart() {}

  /**
   * Prints one line for each missing resource.
   *
   * @return whether the command can start
   */
  public static boolean areMet(Needs needs, PrintWriter err) {
    Findings found = needs.tryAll();
    found.errors().forEach(err::println);
    if (found.errors().isEmpty()) {
      found
          .warnings()
          .forEach(line -> err.println("warning: " + line + "; the job starts without it"));
      found.notes().forEach(line -> err.println("warning: " + line));
    }
    err.flush();
    return found.errors().isEmpty();
  }

  /**
   * Like {@link #areMet(Needs, PrintWriter)}, and also checks the Flink cluster that the options
   * name: that it answers and, if it is on other machines, that the job uses no folder of this one.
   * A cluster at the loopback address has the folders of this machine.
   */
  public static boolean areMet(Needs needs, PipelineOptions options, PrintWriter err) {
    return areMet(needs, options, Map.of(), err);
  }

  /**
   * As above.
   *
   * @param folders locations that the job also writes to, by option
   */
  static boolean areMet(
      Needs needs, PipelineOptions options, Map<String, String> folders, PrintWriter err) {
    if (options.getRunner() == FlinkRunner.class) {
      checkCheckpoints(needs, options.as(FlinkPipelineOptions.class));
    }
    if (options.getRunner() != FlinkRunner.class
        || options.as(FlinkPipelineOptions.class).getSavepointPath() == null) {
      needs.startsWithoutState();
    }
    if (options.getRunner() == FlinkRunner.class) {
      String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
      Matcher cluster = CLUSTER.matcher(master);
      if (cluster.matches()) {
        String host = cluster.group(1);
        needs.connects("flinkMaster", "Flink cluster", host, Integer.parseInt(cluster.group(2)));
        if (!isThisMachine(host)) {
          checkFolders(needs, options, folders, master);
        }
      }
    }
    return areMet(needs, err);
  }

  /**
   * What is published exactly once must be complete when a checkpoint is taken.
   *
   * @throws PortException if it would not be
   */
  private static void checkCheckpoints(Needs needs, FlinkPipelineOptions flink) {
    if (!needs.publishesExactlyOnce()) {
      return;
    }
    if (flink.getCheckpointingInterval() <= 0) {
      throw new PortException(
          "--checkpointingInterval="
              + flink.getCheckpointingInterval()
              + ": outputs are published exactly once only with checkpoints; set an interval in"
              + " milliseconds, or --delivery=at-least-once");
    }
    if (!"EXACTLY_ONCE".equals(String.valueOf(flink.getCheckpointingMode()))) {
      throw new PortException(
          "--checkpointingMode="
              + flink.getCheckpointingMode()
              + ": outputs are published exactly once only with exactly-once checkpoints; leave it"
              + " out, or set --delivery=at-least-once");
    }
    if (!flink.getFinishBundleBeforeCheckpointing()) {
      throw new PortException(
          "--finishBundleBeforeCheckpointing=false: outputs are published exactly once only if a"
              + " bundle ends before a checkpoint; leave it out, or set --delivery=at-least-once");
    }
  }

  private static boolean isThisMachine(String host) {
    return InetAddresses.isInetAddress(host)
        ? InetAddresses.forString(host).isLoopbackAddress()
        : host.equalsIgnoreCase("localhost");
  }

  private static void checkFolders(
      Needs needs, PipelineOptions options, Map<String, String> folders, String master) {
    boolean shared = options.as(FolderOptions.class).getSharedFolders();
    needs.runsAt(master, shared);
    folders.forEach((option, folder) -> needs.usesFolder(option, folder, master, shared));
    String checkpoints = options.as(FlinkPipelineOptions.class).getStateBackendStoragePath();
    if (checkpoints != null) {
      needs.usesFolder("stateBackendStoragePath", checkpoints, master, shared);
    }
  }
}
