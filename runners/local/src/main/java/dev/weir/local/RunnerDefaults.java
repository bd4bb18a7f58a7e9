package dev.weir.local;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The runner arguments that Weir's guarantees and figures rest on, added where the caller has not
 * given others. Flink on its own takes no checkpoints, and Beam copies elements between steps.
 */
final class RunnerDefaults {
  private static final Map<String, String> FLINK =
      Map.of(
          "checkpointingInterval", "10000",
          "finishBundleBeforeCheckpointing", "true",
          "fasterCopy", "true",
          "objectReuse", "true",
          "maxBundleSize", "10000",
          "maxBundleTimeMills", "100",
          "stableUniqueNames", "ERROR");

  private static final Map<String, String> DIRECT =
      Map.of(
          "enforceImmutability", "false",
          "enforceEncodability", "false",
          "stableUniqueNames", "ERROR");

  private RunnerDefaults() {}

  /** Whether the arguments ask for Flink, in any of the spellings that Beam understands. */
  static boolean isFlink(List<String> arguments) {
    return arguments.stream().anyMatch(a -> a.matches("--runner=(.*\\.)?(?i:flink(runner)?)"));
  }

  /**
   * The arguments with the defaults of the runner they name; the DirectRunner if they name none.
   */
  static String[] complete(String... arguments) {
    List<String> completed = new ArrayList<>(Arrays.asList(arguments));
    boolean flink = isFlink(completed);
    (flink ? FLINK : DIRECT)
        .forEach(
            (name, value) -> {
              if (completed.stream().noneMatch(a -> a.startsWith("--" + name + "="))) {
                completed.add("--" + name + "=" + value);
              }
            });
    return completed.toArray(String[]::new);
  }
}
