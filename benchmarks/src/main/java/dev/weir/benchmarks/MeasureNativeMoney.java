package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Settings;
import dev.weir.benchmarks.compare.Side;
import dev.weir.local.EmbeddedFlink;
import dev.weir.record.UnreadableRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.apache.flink.util.Collector;

/** Times {@link NativeMoney} with the file and the arguments of {@link MeasureWeirMoney}. */
public final class MeasureNativeMoney {
  private MeasureNativeMoney() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = Side.arguments(args);
    Path folder = Files.createTempDirectory("weir-money-");
    System.setProperty("weir.log", folder.resolve("money.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      run(flink, arguments);
      System.out.println(
          MoneyTally.report(flink.master(), Long.parseLong(arguments.get("events"))));
    }
    System.exit(0);
  }

  private static void run(EmbeddedFlink cluster, Map<String, String> arguments) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, arguments.get("state"));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + arguments.get("checkpoints"));
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    String[] address = cluster.master().split(":");
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createRemoteEnvironment(
            address[0], Integer.parseInt(address[1]), configuration, cluster.filesToStage());
    flink.setParallelism(Settings.PARALLELISM);
    flink.enableCheckpointing(Settings.CHECKPOINT_MILLIS);
    flink.setBufferTimeout(Settings.BUFFER_TIMEOUT_MILLIS);
    flink.getConfig().enableObjectReuse();
    String file = arguments.get("file");
    flink
        .fromSource(
            new DataGeneratorSource<>(block -> block, MoneyFile.open(file).blocks(), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "blocks")
        .flatMap(new Parse(file))
        .returns(NativeMoney.Event.class)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<NativeMoney.Event>forBoundedOutOfOrderness(MoneyLines.DISORDER)
                .withTimestampAssigner((event, time) -> event.processedAt))
        .keyBy(event -> event.userId)
        .process(new NativeMoney())
        .returns(NativeMoney.Event.class)
        .addSink(new Write());
    flink.execute("native");
  }

  private static final class Parse implements FlatMapFunction<Long, NativeMoney.Event> {
    private static final long serialVersionUID = 1;

    private final String file;

    Parse(String file) {
      this.file = file;
    }

    @Override
    public void flatMap(Long block, Collector<NativeMoney.Event> out) throws UnreadableRecord {
      MoneyTally.begin();
      MoneyFile.open(file)
          .<UnreadableRecord>read(
              block,
              (stream, position, json) -> {
                NativeMoney.Event event = NativeMoney.parse(stream, position, json);
                if (event != null) {
                  out.collect(event);
                }
              });
    }
  }

  private static final class Write implements SinkFunction<NativeMoney.Event> {
    private static final long serialVersionUID = 1;

    @Override
    public void invoke(NativeMoney.Event event, Context context) {
      MoneyTally.add(MoneyJson.write(NativeMoney.enriched(event)));
    }
  }
}
