package dev.weir.local;

import dev.weir.needs.Findings;
import dev.weir.needs.Needs;
import java.io.PrintWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/** Tries what a command needs from outside and reports what is not there. */
public final class BeforeStart {
  private static final Pattern CLUSTER =
      Pattern.compile("(?:https?://)?([^\\s:/\\[\\]]+):(\\d{1,5})");

  private BeforeStart() {}

  /**
   * Prints a line for each thing that is missing.
   *
   * @return whether the command can start
   */
  public static boolean isAllThere(Needs needs, PrintWriter err) {
    Findings found = needs.tryAll();
    found.errors().forEach(err::println);
    if (found.errors().isEmpty()) {
      found
          .warnings()
          .forEach(line -> err.println("warning: " + line + "; the job starts without it"));
    }
    err.flush();
    return found.errors().isEmpty();
  }

  /** The same with the cluster that the options name. */
  public static boolean isAllThere(Needs needs, PipelineOptions options, PrintWriter err) {
    if (options.getRunner() == FlinkRunner.class) {
      String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
      Matcher cluster = CLUSTER.matcher(master);
      if (cluster.matches()) {
        needs.connects(
            "flinkMaster", "Flink cluster", cluster.group(1), Integer.parseInt(cluster.group(2)));
      }
    }
    return isAllThere(needs, err);
  }
}
