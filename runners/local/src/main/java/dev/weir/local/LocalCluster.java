package dev.weir.local;

import dev.weir.folders.TemporaryFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The Flink cluster of a pipeline whose arguments ask for Flink and name no cluster: one in this
 * process that lives as long as the pipeline. Its files, with the checkpoints, are deleted with it,
 * also if a signal ends the process. Beam's own local mode does not find the classes of a process
 * that Maven started.
 */
final class LocalCluster implements AutoCloseable {
  /** Input for which one more parallel instance is worth its start, in bytes. */
  private static final long BYTES_PER_INSTANCE = 8_000_000;

  private final EmbeddedFlink flink;
  private final TemporaryFolder folder;

  private LocalCluster(EmbeddedFlink flink, TemporaryFolder folder) {
    this.flink = flink;
    this.folder = folder;
  }

  /** Starts a cluster unless the arguments name another runner or a cluster. */
  static LocalCluster ifNeeded(List<String> arguments) {
    boolean onFlink = RunnerDefaults.isFlink(arguments);
    boolean named = arguments.stream().anyMatch(a -> a.startsWith("--flinkMaster="));
    if (!onFlink || named) {
      return new LocalCluster(null, null);
    }
    TemporaryFolder folder = TemporaryFolder.create("flink");
    try {
      int slots = Math.max(standardParallelism(), asked(arguments));
      EmbeddedFlink flink = EmbeddedFlink.start(folder.path(), slots, 3);
      folder.usedBy(flink);
      return new LocalCluster(flink, folder);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** No more than a topic usually has partitions: an instance without one holds event time back. */
  private static int standardParallelism() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  private static int asked(List<String> arguments) {
    String prefix = "--parallelism=";
    return arguments.stream()
        .filter(a -> a.matches(prefix + "\\d{1,4}"))
        .mapToInt(a -> Integer.parseInt(a.substring(prefix.length())))
        .max()
        .orElse(1);
  }

  /**
   * Enough parallel instances for an input: each one of a bounded job costs time to start.
   *
   * @param input size of the input in bytes; empty if it is not known or does not end
   * @param most maximum number of instances
   */
  static int parallelism(OptionalLong input, int most) {
    return input.isEmpty()
        ? most
        : (int) Math.max(1, Math.min(most, input.getAsLong() / BYTES_PER_INSTANCE));
  }

  /** The arguments, plus those that name this cluster if there is one. */
  List<String> complete(List<String> arguments) {
    return complete(arguments, OptionalLong.empty());
  }

  /**
   * As above.
   *
   * @param input size of the input in bytes; empty if it is not known or does not end
   */
  List<String> complete(List<String> arguments, OptionalLong input) {
    List<String> completed = new ArrayList<>(arguments);
    if (flink != null) {
      completed.add("--flinkMaster=" + flink.master());
      completed.add("--filesToStage=" + flink.filesToStage());
      if (completed.stream().noneMatch(a -> a.startsWith("--parallelism="))) {
        completed.add("--parallelism=" + parallelism(input, standardParallelism()));
      }
    }
    return completed;
  }

  @Override
  public void close() {
    if (flink != null) {
      try (folder) {
        flink.close();
      }
    }
  }
}
