package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.BlockSource;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.local.EmbeddedFlink;
import dev.weir.peers.BenchRow;
import dev.weir.peers.HeapAfterGc;
import dev.weir.peers.SinkClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableProperties;

/**
 * Times Weir's sink on the rows and the table and with the arguments of {@link
 * dev.weir.peers.MeasureFlinkSink}, and {@code --format=VERSION} of the table, and prints one line
 * of JSON in the same format.
 */
public final class MeasureWeirSink {
  private static final long SEED = 1;
  private static final int ROWS_IN_A_BLOCK = 1_000;

  private MeasureWeirSink() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> arguments =
        Arrays.stream(args)
            .map(arg -> arg.substring(2).split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    Path folder = Files.createTempDirectory("weir-sink-");
    System.setProperty("weir.log", folder.resolve("sink.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, parallelism(arguments), 0)) {
      HeapAfterGc heap = HeapAfterGc.watch();
      String name = arguments.get("table");
      run(flink, arguments, name + "_warm_up");
      SinkClock.reset();
      run(flink, arguments, name);
      try (OpenCatalog open = LedgerCatalog.inFolder(Path.of(arguments.get("warehouse"))).open()) {
        System.out.println(
            SinkClock.report(open.table(name), Long.parseLong(arguments.get("rows")), heap));
      }
    }
    System.exit(0);
  }

  private static void run(EmbeddedFlink flink, Map<String, String> arguments, String name)
      throws Exception {
    int parallelism = parallelism(arguments);
    boolean upserts = arguments.get("mode").equals("upsert");
    long rows = Long.parseLong(arguments.get("rows"));
    long keys = Long.parseLong(arguments.getOrDefault("keys", "0"));
    int days = Integer.parseInt(arguments.getOrDefault("days", "1"));
    LedgerCatalog catalog = LedgerCatalog.inFolder(Path.of(arguments.get("warehouse")));
    LedgerTable table =
        LedgerTable.of(catalog, name, LedgerRow.getClassSchema())
            .partitionedBy(Partitioning.parse("days(ts)"));
    if (arguments.containsKey("format")) {
      (upserts ? table.withKey("id", "ts") : table)
          .prepare()
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, arguments.get("format"))
          .commit();
    }
    Pipeline pipeline = Pipeline.create(options(flink, arguments, parallelism));
    PCollection<Long> blocks =
        pipeline.apply("Blocks", Read.from(new BlockSource(rows / ROWS_IN_A_BLOCK)));
    SingleObjectCoder<LedgerRow> coder = SingleObjectCoder.of(LedgerRow.class);
    if (upserts) {
      blocks
          .apply("Changes", ParDo.of(new Changes(keys, days)))
          .setCoder(RowChangeCoder.of(coder))
          .apply(
              "Upsert",
              UpsertRows.<LedgerRow>to(table.withKey("id", "ts"), "bench")
                  .withWritersPerPartition(parallelism));
    } else {
      blocks
          .apply("Rows", ParDo.of(new Rows(days)))
          .setCoder(coder)
          .apply(
              "Append",
              AppendRows.<LedgerRow>to(table, "bench").withWritersPerPartition(parallelism));
    }
    PipelineResult.State end = pipeline.run().waitUntilFinish();
    if (end != PipelineResult.State.DONE) {
      throw new IllegalStateException("the job ended in state " + end);
    }
    try (OpenCatalog open = catalog.open()) {
      Snapshot last = open.table(name).currentSnapshot();
      if (!upserts && SinkClock.total(last, SnapshotSummary.TOTAL_RECORDS_PROP) != rows) {
        throw new IllegalStateException("rows are missing from the table: " + last.summary());
      }
    }
  }

  private static int parallelism(Map<String, String> arguments) {
    return Integer.parseInt(arguments.getOrDefault("parallelism", "1"));
  }

  private static FlinkPipelineOptions options(
      EmbeddedFlink flink, Map<String, String> arguments, int parallelism) {
    return PipelineOptionsFactory.fromArgs(
            "--runner=FlinkRunner",
            "--flinkMaster=" + flink.master(),
            "--filesToStage=" + flink.filesToStage(),
            "--parallelism=" + parallelism,
            "--checkpointingInterval=" + arguments.get("interval"),
            "--shutdownSourcesAfterIdleMs=0",
            "--finishBundleBeforeCheckpointing=true",
            "--enableStableInputDrain=true",
            "--fasterCopy=true",
            "--objectReuse=true",
            "--maxBundleSize=1000000000",
            "--maxBundleTimeMills=3600000",
            "--streaming=true")
        .as(FlinkPipelineOptions.class);
  }

  private static LedgerRow row(BenchRow row) {
    return new LedgerRow(
        row.id(),
        row.account(),
        row.merchant(),
        row.amount(),
        row.currency(),
        row.note(),
        Instant.ofEpochMilli(row.ts()));
  }

  private static final class Rows extends DoFn<Long, LedgerRow> {
    private static final long serialVersionUID = 1;

    private final int days;

    Rows(int days) {
      this.days = days;
    }

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<LedgerRow> out) {
      SinkClock.row();
      for (long n = block * ROWS_IN_A_BLOCK; n < (block + 1) * ROWS_IN_A_BLOCK; n++) {
        out.output(row(BenchRow.unique(SEED, n, days)));
      }
    }
  }

  private static final class Changes extends DoFn<Long, RowChange<LedgerRow>> {
    private static final long serialVersionUID = 1;

    private final long keys;
    private final int days;

    Changes(long keys, int days) {
      this.keys = keys;
      this.days = days;
    }

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<RowChange<LedgerRow>> out) {
      SinkClock.row();
      for (long n = block * ROWS_IN_A_BLOCK; n < (block + 1) * ROWS_IN_A_BLOCK; n++) {
        out.output(
            RowChange.upsert(row(BenchRow.repeating(SEED, n, keys, days)), new Position(n, 0)));
      }
    }
  }
}
