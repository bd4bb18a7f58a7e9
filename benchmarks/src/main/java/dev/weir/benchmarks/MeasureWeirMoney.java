package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.BlockSource;
import dev.weir.benchmarks.compare.Settings;
import dev.weir.benchmarks.compare.Side;
import dev.weir.local.EmbeddedFlink;
import dev.weir.money.EnrichFromStreams;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.ParseMoneyEvents;
import dev.weir.money.ProcessedAt;
import dev.weir.money.StoredEvent;
import dev.weir.money.Stream;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;

/**
 * Times Weir's money enrichment over a {@link MoneyFile} and prints one line of JSON. Arguments:
 * {@code --file=F --events=N --first=MILLIS --micros=BETWEEN --state=hashmap|rocksdb
 * --checkpoints=FOLDER}.
 */
public final class MeasureWeirMoney {
  static final Duration SESSION_WAIT = Duration.standardMinutes(5);
  private static final int SHARDS = 64;
  private static final TupleTag<RawRecord> USERS = new TupleTag<>("users");
  private static final TupleTag<RawRecord> SESSIONS = new TupleTag<>("sessions");
  private static final TupleTag<RawRecord> WALLET = new TupleTag<>("wallet");

  private MeasureWeirMoney() {}

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

  private static void run(EmbeddedFlink flink, Map<String, String> arguments) {
    FlinkPipelineOptions options = Settings.of(flink);
    options.setAttachedMode(true);
    options.setStreaming(true);
    options.setShutdownSourcesAfterIdleMs(0L);
    if (arguments.get("state").equals("rocksdb")) {
      options.setStateBackend("rocksdb");
      options.setStateBackendStoragePath("file://" + arguments.get("checkpoints"));
    }
    String file = arguments.get("file");
    long blockMicros = MoneyFile.EVENTS_IN_A_BLOCK * Long.parseLong(arguments.get("micros"));
    Pipeline pipeline = Pipeline.create(options);
    PCollectionTuple raw =
        pipeline
            .apply(
                "Blocks",
                Read.from(
                    new BlockSource(MoneyFile.open(file).blocks())
                        .beginningAt(
                            Long.parseLong(arguments.get("first")) - MoneyLines.DISORDER.toMillis(),
                            blockMicros / 1000)))
            .apply(
                "Lines",
                ParDo.of(new Lines(file))
                    .withOutputTags(WALLET, TupleTagList.of(USERS).and(SESSIONS)));
    PCollection<StoredEvent> wallet =
        parsed(raw.get(WALLET), "ParseWallet", ParseMoneyEvents.ofWallet());
    PCollection<StoredEvent> users =
        parsed(raw.get(USERS), "ParseUsers", ParseMoneyEvents.ofUsers());
    PCollection<StoredEvent> sessions =
        parsed(raw.get(SESSIONS), "ParseSessions", ParseMoneyEvents.ofSessions());
    PCollectionList.of(wallet)
        .and(users)
        .and(sessions)
        .apply("Enrich", EnrichFromStreams.waiting(SESSION_WAIT, SHARDS))
        .apply("Write", ParDo.of(new Write()));
    PipelineResult.State end = pipeline.run().waitUntilFinish();
    if (end != PipelineResult.State.DONE) {
      throw new IllegalStateException("the job ended in state " + end);
    }
  }

  private static PCollection<StoredEvent> parsed(
      PCollection<RawRecord> raw, String name, ParseMoneyEvents parse) {
    return raw.setCoder(RawRecord.CODER).apply(name, parse).output();
  }

  private static final class Lines extends DoFn<Long, RawRecord> {
    private static final long serialVersionUID = 1;

    private final String file;
    private final ProcessedAt processedAt = new ProcessedAt();

    Lines(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element Long block, MultiOutputReceiver out) {
      MoneyTally.begin();
      MoneyFile.open(file)
          .read(
              block,
              (stream, position, json) ->
                  out.get(tag(stream))
                      .outputWithTimestamp(
                          new RawRecord(
                              json, Encoding.JSON, Origin.ofTopic(stream.name(), 0, position)),
                          processedAt.apply(json)));
    }

    private static TupleTag<RawRecord> tag(Stream stream) {
      return switch (stream) {
        case USERS -> USERS;
        case SESSIONS -> SESSIONS;
        case WALLET -> WALLET;
      };
    }
  }

  private static final class Write extends DoFn<EnrichedMoney, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element EnrichedMoney enriched) {
      MoneyTally.add(MoneyJson.write(enriched));
    }
  }
}
