package dev.weir.benchmarks.publish;

import dev.weir.benchmarks.compare.BlockSource;
import dev.weir.benchmarks.compare.Settings;
import dev.weir.benchmarks.compare.Side;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.PublishEncoded;
import dev.weir.kafka.once.PublishOnce;
import dev.weir.kafka.once.PublishedForm;
import dev.weir.kafka.once.RecordTag;
import dev.weir.local.EmbeddedFlink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Publishes {@link MadeRecord}s with a live Weir job and prints {@link PublishedFigures}. Further
 * arguments: {@code --delivery=exactly-once|at-least-once --size=BYTES}.
 */
public final class MeasureWeirPublish {
  private MeasureWeirPublish() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = Side.arguments(args);
    Path folder = Files.createTempDirectory("weir-publish-");
    System.setProperty("weir.log", folder.resolve("publish.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      start(options(flink), arguments);
      System.out.println(new PublishedFigures(arguments).measure());
      System.out.flush();
      System.exit(0);
    }
  }

  /** Returns the options that Weir's entry point sets. */
  static FlinkPipelineOptions options(EmbeddedFlink flink) {
    FlinkPipelineOptions options = Settings.of(flink);
    options.setStreaming(true);
    return options;
  }

  private static void start(FlinkPipelineOptions options, Map<String, String> arguments) {
    int rate = Integer.parseInt(arguments.get("rate"));
    int size = Integer.parseInt(arguments.get("size"));
    KafkaCluster cluster = KafkaCluster.at(arguments.get("brokers"));
    Pipeline pipeline = Pipeline.create(options);
    PCollection<Long> blocks =
        rate == 0
            ? pipeline.apply("Blocks", Read.from(new BlockSource(Long.MAX_VALUE / 1_000_000)))
            : pipeline.apply(
                "Numbers", GenerateSequence.from(0).withRate(rate, Duration.standardSeconds(1)));
    PCollection<KV<String, byte[]>> records =
        blocks
            .apply(
                "Records",
                ParDo.of(new Records(rate == 0 ? MadeRecord.RECORDS_IN_A_BLOCK : 1, size)))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()));
    String topic = arguments.get("topic");
    if (arguments.get("delivery").equals("exactly-once")) {
      records.apply("Publish", PublishOnce.to(cluster, topic, "bench", new Pairs()));
    } else {
      records.apply("Publish", PublishEncoded.to(cluster, topic, KV::getKey, KV::getValue));
    }
    pipeline.run();
  }

  static final class Records extends DoFn<Long, KV<String, byte[]>> {
    private static final long serialVersionUID = 1;

    private final int inABlock;
    private final int size;

    Records(int inABlock, int size) {
      this.inABlock = inABlock;
      this.size = size;
    }

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<KV<String, byte[]>> out) {
      for (long n = block * inABlock; n < (block + 1) * inABlock; n++) {
        out.output(KV.of(MadeRecord.key(n), MadeRecord.value(n, size)));
      }
    }
  }

  static final class Pairs implements PublishedForm<KV<String, byte[]>> {
    private static final long serialVersionUID = 1;

    @Override
    public String key(KV<String, byte[]> pair) {
      return pair.getKey();
    }

    @Override
    public byte[] value(KV<String, byte[]> pair) {
      return pair.getValue();
    }

    @Override
    public KV<String, byte[]> read(String key, byte[] value, byte[] more, RecordTag tag) {
      return KV.of(key, value);
    }
  }
}
