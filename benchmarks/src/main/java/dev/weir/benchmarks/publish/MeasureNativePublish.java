package dev.weir.benchmarks.publish;

import dev.weir.benchmarks.compare.Settings;
import dev.weir.benchmarks.compare.Side;
import dev.weir.local.EmbeddedFlink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Publishes {@link MadeRecord}s with Flink's own {@link KafkaSink}, exactly once, and prints {@link
 * PublishedFigures}. Further argument: {@code --size=BYTES}.
 */
public final class MeasureNativePublish {
  private MeasureNativePublish() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = Side.arguments(args);
    Path folder = Files.createTempDirectory("weir-publish-");
    System.setProperty("weir.log", folder.resolve("publish.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      start(flink, arguments);
      System.out.println(new PublishedFigures(arguments).measure());
      System.out.flush();
      System.exit(0);
    }
  }

  private static void start(EmbeddedFlink cluster, Map<String, String> arguments) throws Exception {
    int rate = Integer.parseInt(arguments.get("rate"));
    String[] address = cluster.master().split(":");
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createRemoteEnvironment(
            address[0], Integer.parseInt(address[1]), new Configuration(), cluster.filesToStage());
    flink.setParallelism(Settings.PARALLELISM);
    flink.enableCheckpointing(Settings.CHECKPOINT_MILLIS);
    flink.setBufferTimeout(Settings.BUFFER_TIMEOUT_MILLIS);
    flink.getConfig().enableObjectReuse();
    flink
        .fromSource(
            new DataGeneratorSource<>(
                block -> block,
                Long.MAX_VALUE,
                rate == 0 ? RateLimiterStrategy.noOp() : RateLimiterStrategy.perSecond(rate),
                Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "blocks")
        .flatMap(
            new Records(
                rate == 0 ? MadeRecord.RECORDS_IN_A_BLOCK : 1,
                Integer.parseInt(arguments.get("size"))))
        .returns(Out.class)
        .sinkTo(sink(arguments.get("brokers"), arguments.get("topic")));
    flink.executeAsync("native");
  }

  private static KafkaSink<Out> sink(String brokers, String topic) {
    return KafkaSink.<Out>builder()
        .setBootstrapServers(brokers)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix("native-" + topic)
        .setProperty("acks", "all")
        .setProperty("linger.ms", "5")
        // Longer than the checkpoint interval, and not above the broker's limit.
        .setProperty("transaction.timeout.ms", "600000")
        .setRecordSerializer(
            KafkaRecordSerializationSchema.<Out>builder()
                .setTopic(topic)
                .setKeySerializationSchema((Out out) -> out.key)
                .setValueSerializationSchema((Out out) -> out.value)
                .build())
        .build();
  }

  /** A record for a topic. */
  public static final class Out {
    public byte[] key;
    public byte[] value;
  }

  private static final class Records implements FlatMapFunction<Long, Out> {
    private static final long serialVersionUID = 1;

    private final int inABlock;
    private final int size;

    Records(int inABlock, int size) {
      this.inABlock = inABlock;
      this.size = size;
    }

    @Override
    public void flatMap(Long block, Collector<Out> out) {
      for (long n = block * inABlock; n < (block + 1) * inABlock; n++) {
        Out record = new Out();
        record.key = MadeRecord.key(n).getBytes(StandardCharsets.UTF_8);
        record.value = MadeRecord.value(n, size);
        out.collect(record);
      }
    }
  }
}
