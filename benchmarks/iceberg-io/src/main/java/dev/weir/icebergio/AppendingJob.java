package dev.weir.icebergio;

import dev.weir.peers.BenchRow;
import dev.weir.peers.SinkClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.iceberg.IcebergCatalogConfig;
import org.apache.beam.sdk.io.iceberg.IcebergIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.Row;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A live job that appends payments to a table with Beam's {@link IcebergIO}, on a Flink cluster in
 * this process, with exactly-once checkpoints.
 */
final class AppendingJob {
  private static final long SEED = 1;

  private static final Schema ROW =
      Schema.builder()
          .addInt64Field("id")
          .addStringField("account")
          .addStringField("merchant")
          .addDecimalField("amount")
          .addStringField("currency")
          .addStringField("note")
          .addDateTimeField("ts")
          .build();

  private final String warehouse;
  private final String table;
  private final RowBlocks rows;
  private final long millis;

  /**
   * @param millis the time between two checkpoints, and between two commits of IcebergIO
   */
  AppendingJob(String warehouse, String table, RowBlocks rows, long millis) {
    this.warehouse = warehouse;
    this.table = table;
    this.rows = rows;
    this.millis = millis;
  }

  /**
   * Starts the cluster and the job, which run until the process ends.
   *
   * @param folder for checkpoints
   * @param restored the checkpoint to start from; null to start without state
   */
  void start(Path folder, String restored) throws Exception {
    MiniCluster cluster = cluster(folder);
    var address = cluster.getRestAddress().get();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + address.getHost() + ":" + address.getPort(),
                "--filesToStage=" + emptyJar(folder),
                "--attachedMode=false",
                "--streaming=true",
                "--parallelism=1",
                "--checkpointingInterval=" + millis,
                "--externalizedCheckpointsEnabled=true",
                "--retainExternalizedCheckpointsOnCancellation=true",
                "--fasterCopy=true",
                "--objectReuse=true"));
    if (restored != null) {
      arguments.add("--savepointPath=" + restored);
    }
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
                .as(FlinkPipelineOptions.class));
    pipeline
        .apply("Blocks", Read.from(rows))
        .apply("Rows", ParDo.of(new MakeRows()))
        .setRowSchema(ROW)
        .apply(
            "Append",
            IcebergIO.writeRows(
                    IcebergCatalogConfig.builder()
                        .setCatalogName("weir")
                        .setCatalogProperties(Map.of("type", "hadoop", "warehouse", warehouse))
                        .build())
                .to(TableIdentifier.parse(table))
                .withTriggeringFrequency(org.joda.time.Duration.millis(millis)));
    pipeline.run();
  }

  private static MiniCluster cluster(Path folder) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(JobManagerOptions.BIND_HOST, "localhost");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    return cluster;
  }

  /** Beam stages the whole class path unless it is given some file to stage. */
  private static Path emptyJar(Path folder) throws IOException {
    Path jar = folder.resolve("nothing-to-stage.jar");
    new JarOutputStream(Files.newOutputStream(jar), new Manifest()).close();
    return jar;
  }

  private static final class MakeRows extends DoFn<Long, Row> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<Row> out) {
      SinkClock.row();
      for (long n = block * RowBlocks.ROWS; n < (block + 1) * RowBlocks.ROWS; n++) {
        BenchRow row = BenchRow.unique(SEED, n, 1);
        out.output(
            Row.withSchema(ROW)
                .addValues(
                    row.id(),
                    row.account(),
                    row.merchant(),
                    row.amount(),
                    row.currency(),
                    row.note(),
                    org.joda.time.Instant.ofEpochMilli(row.ts()))
                .build());
      }
    }
  }
}
