package dev.weir.peers;

import java.io.PrintStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DistributionMode;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.FlinkSink;
import org.apache.iceberg.flink.util.FlinkCompatibilityUtil;

/**
 * Times Iceberg's own Flink sink on {@link BenchRow}s and prints one line of JSON. The sink is
 * {@link FlinkSink}: with a bounded source, its successor {@code IcebergSink} 1.10.0 silently drops
 * all rows after the last checkpoint.
 */
public final class MeasureFlinkSink {
  private final Arguments arguments;
  private final boolean upsert;

  private MeasureFlinkSink(Arguments arguments) {
    this.arguments = arguments;
    this.upsert =
        switch (arguments.text("mode")) {
          case "append" -> false;
          case "upsert" -> true;
          default -> throw new IllegalArgumentException("--mode must be append or upsert");
        };
  }

  /**
   * Arguments: {@code --mode=append|upsert --rows=N --keys=K --days=1 --interval=MILLISECONDS
   * --parallelism=1 --warehouse=FOLDER --table=database.table --distribution=none|hash}; keys only
   * for upserts; the table must not exist yet. The same rows are first written to another table, so
   * that the code is compiled.
   */
  public static void main(String[] args) throws Exception {
    try (PrintStream out = CleanOutput.claim()) {
      out.println(new MeasureFlinkSink(new Arguments(args)).run());
    }
  }

  private String run() throws Exception {
    HeapAfterGc heap = HeapAfterGc.watch();
    String name = arguments.text("table");
    write(name + "_warm_up");
    SinkClock.reset();
    Table table = write(name);
    long rows = arguments.number("rows");
    if (SinkClock.total(table.currentSnapshot(), SnapshotSummary.TOTAL_RECORDS_PROP) != rows) {
      throw new IllegalStateException(
          "rows are missing from the table: " + table.currentSnapshot().summary());
    }
    return SinkClock.report(table, rows, heap);
  }

  private Table write(String name) throws Exception {
    String warehouse = arguments.text("warehouse");
    BenchTable table =
        upsert ? BenchTable.keyed(warehouse, name) : BenchTable.unkeyed(warehouse, name);
    StreamExecutionEnvironment flink = flink();
    write(rows(flink, table.table()), table);
    flink.execute(name);
    table.table().refresh();
    return table.table();
  }

  private StreamExecutionEnvironment flink() {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createLocalEnvironment(
            Math.toIntExact(arguments.number("parallelism", 1)), configuration);
    flink.enableCheckpointing(arguments.number("interval"), CheckpointingMode.EXACTLY_ONCE);
    flink.getConfig().enableObjectReuse();
    return flink;
  }

  private DataStream<RowData> rows(StreamExecutionEnvironment flink, Table table) {
    int days = Math.toIntExact(arguments.number("days", 1));
    BenchRows rows =
        upsert ? BenchRows.repeating(arguments.number("keys"), days) : BenchRows.unique(days);
    return flink.fromSource(
        new DataGeneratorSource<>(
            rows,
            arguments.number("rows"),
            FlinkCompatibilityUtil.toTypeInfo(FlinkSchemaUtil.convert(table.schema()))),
        WatermarkStrategy.noWatermarks(),
        "rows");
  }

  private void write(DataStream<RowData> rows, BenchTable table) {
    FlinkSink.Builder sink =
        FlinkSink.forRowData(rows)
            .table(table.table())
            .tableLoader(table.loader())
            .distributionMode(DistributionMode.fromName(arguments.text("distribution", "none")));
    if (upsert) {
      sink.upsert(true).equalityFieldColumns(BenchTable.KEY);
    }
    sink.append();
  }
}
