package dev.weir.benchmarks.compare;

import dev.weir.local.ClientConfiguration;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/** Settings that both sides of a comparison share. */
public final class Settings {
  public static final long CHECKPOINT_MILLIS = 10_000;
  public static final long BUFFER_TIMEOUT_MILLIS = ClientConfiguration.BUFFER_TIMEOUT_MILLIS;
  public static final int PARALLELISM = 1;

  /** Deleted with the process. */
  private static final ClientConfiguration CLIENT = ClientConfiguration.create();

  private Settings() {}

  /** Returns the options that Weir's entry point passes to Flink's runner, for this cluster. */
  public static FlinkPipelineOptions of(EmbeddedFlink cluster) {
    return PipelineArguments.parse(
        FlinkPipelineOptions.class,
        List.of(
            "--runner=FlinkRunner",
            "--flinkMaster=" + cluster.master(),
            "--filesToStage=" + cluster.filesToStage(),
            "--flinkConfDir=" + CLIENT.folder(),
            "--attachedMode=false",
            "--checkpointingInterval=" + CHECKPOINT_MILLIS,
            "--parallelism=" + PARALLELISM));
  }
}
