package dev.weir.local;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The runner arguments that Weir's guarantees and figures rest on, added unless the caller gives
 * others. Flink on its own takes no checkpoints, and Beam copies elements between steps.
 */
public final class RunnerDefaults {
  private static final Map<String, String> FLINK =
      Map.of(
          "checkpointingInterval", "10000",
          "finishBundleBeforeCheckpointing", "true",
          "fasterCopy", "true",
          "objectReuse", "true",
          "maxBundleSize", "100000",
          "maxBundleTimeMills", "100",
          "stableUniqueNames", "ERROR");

  /**
   * If tables are written, a bundle lasts until the next checkpoint ends it, because the rows of a
   * bundle for one partition become one file.
   */
  private static final Map<String, String> FLINK_WITH_LEDGER =
      Map.of(
          "maxBundleSize", "1000000000",
          "maxBundleTimeMills", "3600000",
          // Beam's own is a fifth of a bundle's time.
          "autoWatermarkInterval", "200",
          "enableStableInputDrain", "true",
          "numConcurrentCheckpoints", "16",
          "minPauseBetweenCheckpoints", "1");

  private static final Map<String, String> DIRECT =
      Map.of(
          "enforceImmutability", "false",
          "enforceEncodability", "false",
          "stableUniqueNames", "ERROR");

  private RunnerDefaults() {}

  /** Returns whether the arguments ask for Flink, in any of the spellings that Beam understands. */
  static boolean isFlink(List<String> arguments) {
    return arguments.stream().anyMatch(a -> a.matches("--runner=(.*\\.)?(?i:flink(runner)?)"));
  }

  /**
   * The arguments with the defaults of the runner they name; the DirectRunner if they name none.
   */
  public static String[] complete(String... arguments) {
    List<String> completed = new ArrayList<>(Arrays.asList(arguments));
    boolean flink = isFlink(completed);
    if (flink && completed.stream().anyMatch(a -> a.matches("--\\w+=iceberg:.*"))) {
      addMissing(completed, FLINK_WITH_LEDGER);
    }
    addMissing(completed, flink ? FLINK : DIRECT);
    if (flink) {
      addWhatOthersNeed(completed);
    }
    return completed.toArray(String[]::new);
  }

  /** Beam ignores some options unless others are set, too. */
  private static void addWhatOthersNeed(List<String> arguments) {
    if (arguments.contains("--retainExternalizedCheckpointsOnCancellation=true")) {
      addMissing(arguments, Map.of("externalizedCheckpointsEnabled", "true"));
    }
    if (arguments.stream().anyMatch(a -> a.startsWith("--stateBackendStoragePath="))) {
      addMissing(arguments, Map.of("stateBackend", "filesystem"));
    }
  }

  private static void addMissing(List<String> arguments, Map<String, String> defaults) {
    defaults.forEach(
        (name, value) -> {
          if (arguments.stream().noneMatch(a -> a.startsWith("--" + name + "="))) {
            arguments.add("--" + name + "=" + value);
          }
        });
  }
}
