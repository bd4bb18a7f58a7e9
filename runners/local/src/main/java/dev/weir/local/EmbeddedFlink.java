package dev.weir.local;

import dev.weir.folders.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink cluster in this process: real job manager, task manager and REST endpoint. Jobs are
 * submitted to {@link #master()} as to any other cluster and take their classes from this process.
 */
public final class EmbeddedFlink implements AutoCloseable {
  private final MiniCluster cluster;
  private final String name;
  private final Path nothing;

  private EmbeddedFlink(MiniCluster cluster, String name, Path nothing) {
    this.cluster = cluster;
    this.name = name;
    this.nothing = nothing;
  }

  /**
   * Starts a cluster.
   *
   * @param folder where checkpoints and all other files are written, in folders of their owner
   * @param slots maximum number of parallel instances of a job
   * @param restarts how often a failed job is started again from its last checkpoint
   */
  public static EmbeddedFlink start(Path folder, int slots, int restarts) {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
    String name = UUID.randomUUID().toString();
    JobCounters.configure(configuration, name);
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    // Otherwise its server for jars and logs listens on all interfaces.
    configuration.set(JobManagerOptions.BIND_HOST, "localhost");
    keepFilesIn(folder, configuration);
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY, restarts > 0 ? "fixed-delay" : "none");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Math.max(1, restarts));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    try {
      cluster.start();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded Flink cluster did not start", e);
    }
    return new EmbeddedFlink(cluster, name, emptyJar(folder.resolve("nothing-to-stage.jar")));
  }

  /** Everything that Flink would write to the system's temporary folder goes there, too. */
  private static void keepFilesIn(Path folder, Configuration configuration) {
    try {
      configuration.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY,
          OwnerOnly.folder(folder.resolve("checkpoints")).toUri().toString());
      configuration.set(
          CheckpointingOptions.SAVEPOINT_DIRECTORY,
          OwnerOnly.folder(folder.resolve("savepoints")).toUri().toString());
      String temporary = OwnerOnly.folder(folder.resolve("temporary")).toString();
      configuration.set(CoreOptions.TMP_DIRS, temporary);
      configuration.set(WebOptions.TMP_DIR, temporary);
      configuration.set(WebOptions.UPLOAD_DIR, temporary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a folder for the cluster's files", e);
    }
  }

  /** Beam stages the whole class path unless it is given some file to stage. */
  private static Path emptyJar(Path file) {
    try {
      new JarOutputStream(Files.newOutputStream(file), new Manifest()).close();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file for {@code --filesToStage}: the job's classes are in this process already. */
  public String filesToStage() {
    return nothing.toString();
  }

  /** The address for {@code --flinkMaster}: {@code host:port} of the REST endpoint. */
  public String master() {
    var address = cluster.getRestAddress().join();
    return address.getHost() + ":" + address.getPort();
  }

  /** Waits until every task of every job runs: from then on, records are read. */
  public void awaitRunning() throws InterruptedException {
    while (!isRunning()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean isRunning() {
    for (JobStatusMessage job : cluster.listJobs().join()) {
      if (job.getJobState().isGloballyTerminalState()) {
        continue;
      }
      for (AccessExecutionVertex task :
          cluster.getExecutionGraph(job.getJobId()).join().getAllExecutionVertices()) {
        ExecutionState state = task.getExecutionState();
        if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The sum of a counter over the jobs of this cluster.
   *
   * @param counter such as {@code duplicates}
   */
  public long counted(String counter) {
    return JobCounters.of(name).sum(counter);
  }

  @Override
  public void close() {
    JobCounters.forget(name);
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded Flink cluster did not stop", e);
    }
  }
}
