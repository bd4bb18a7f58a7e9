package dev.weir.benchmarks;

import dev.weir.local.EmbeddedFlink;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/** Settings that both sides of a comparison share. */
public final class Settings {
  public static final long CHECKPOINT_MILLIS = 10_000;
  public static final int PARALLELISM = 1;

  private Settings() {}

  /** Adds the runner arguments that Weir's entry point adds, for this cluster. */
  public static FlinkPipelineOptions of(FlinkPipelineOptions options, EmbeddedFlink cluster) {
    options.setFlinkMaster(cluster.master());
    options.setAttachedMode(false);
    options.setFilesToStage(List.of(cluster.filesToStage()));
    options.setParallelism(PARALLELISM);
    options.setCheckpointingInterval(CHECKPOINT_MILLIS);
    options.setFinishBundleBeforeCheckpointing(true);
    options.setFasterCopy(true);
    options.setObjectReuse(true);
    options.setMaxBundleSize(100_000L);
    options.setMaxBundleTimeMills(100L);
    return options;
  }
}
