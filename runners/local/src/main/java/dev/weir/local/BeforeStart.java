package dev.weir.local;

import dev.weir.needs.Findings;
import dev.weir.needs.Needs;
import java.io.PrintWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/** Checks the external resources that a command needs, and reports the missing ones. */
public final class BeforeStart {
  private static final Pattern CLUSTER =
      Pattern.compile("(?:https?://)?([^\\s:/\\[\\]]+):(\\d{1,5})");

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
   * name.
   */
  public static boolean areMet(Needs needs, PipelineOptions options, PrintWriter err) {
    if (options.getRunner() == FlinkRunner.class) {
      String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
      Matcher cluster = CLUSTER.matcher(master);
      if (cluster.matches()) {
        needs.connects(
            "flinkMaster", "Flink cluster", cluster.group(1), Integer.parseInt(cluster.group(2)));
      }
    }
    return areMet(needs, err);
  }
}
