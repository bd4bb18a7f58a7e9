package dev.weir.benchmarks;

import dev.weir.benchmarks.publish.Publishing;
import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.Applications;
import dev.weir.generate.Generator;
import dev.weir.httpservice.Behaviour;
import dev.weir.kafka.KafkaCluster;
import dev.weir.local.EmbeddedFlink;
import dev.weir.service.ClientPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares Weir with native Flink in one process and prints a Markdown table. The sides of each
 * pair run several times in turn, so that other load on the machine affects both; the figures are
 * medians.
 */
public final class Benchmarks {
  private static final int ROUNDS = 3;
  private static final int WARM_UP_SECONDS = 8;
  private static final int MEASURED_SECONDS = 15;
  private static final int WHOLE_JOB_RECORDS = 400_000;
  private static final double MEAN_LATENCY_SECONDS = 0.6;

  private final EmbeddedFlink flink;
  private final Path folder;

  private Benchmarks(EmbeddedFlink flink, Path folder) {
    this.flink = flink;
    this.folder = folder;
  }

  /** Figures of one run of one side. */
  private record Sample(double perSecond, long p50, long p99, long mebibytes) {}

  /** Starts a job. */
  @FunctionalInterface
  private interface Start {
    Running start() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("weir-benchmarks-");
    System.setProperty("weir.log", folder.resolve("benchmarks.log").toString());
    if (List.of(arguments).contains("ledger")) {
      new LedgerSinks(folder, ROUNDS).compare(5_000_000, 1_000_000, "2000");
      System.exit(0);
    }
    if (List.of(arguments).contains("spend")) {
      new SpendWindows(folder, ROUNDS).compare();
      System.exit(0);
    }
    if (List.of(arguments).contains("money")) {
      new MoneyJobs(folder, ROUNDS).compare();
      System.exit(0);
    }
    if (List.of(arguments).contains("publish")) {
      List<String> parts = List.of(arguments);
      new Publishing(folder, ROUNDS, parts.contains("--quick")).compare(parts);
      System.exit(0);
    }
    System.out.println("Takes about ten minutes; log: " + System.getProperty("weir.log"));
    int status = 0;
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 2, 0)) {
      Benchmarks benchmarks = new Benchmarks(flink, folder);
      if (!List.of(arguments).contains("loans")) {
        benchmarks.bureauStage();
      }
      benchmarks.wholeJob();
    } catch (Exception e) {
      System.out.println("failed: " + e);
      status = 1;
    }
    System.exit(status);
  }

  private void bureauStage() throws Exception {
    Behaviour slow =
        BureauMock.healthy().withLatency(Duration.ofMillis(200), Duration.ofMillis(1000));
    ClientPolicy policy = ClientPolicy.standard();
    double limit = policy.inFlight() * policy.batch() / MEAN_LATENCY_SECONDS;
    row("bureau stage, 64 in flight × 50, 200–1000 ms", "Weir", "native Flink", "ratio");
    row("---", "---:", "---:", "---:");
    try (BureauMock bureau = BureauMock.start(slow, 0)) {
      BureauStage stage = new BureauStage(flink, bureau.uri());
      List<Sample> weir = new ArrayList<>();
      List<Sample> byHand = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        weir.add(stage(() -> stage.weir(0), false));
        byHand.add(stage(() -> stage.nativeFlink(0), false));
      }
      throughput("throughput, per second", weir, byHand);
      row(
          "share of the physical limit (" + Math.round(limit) + " per second)",
          share(weir, limit),
          share(byHand, limit),
          "");
      heap(weir, byHand);
      for (int rate : new int[] {10, 1_000}) {
        Sample ours = stage(() -> stage.weir(rate), true);
        Sample theirs = stage(() -> stage.nativeFlink(rate), true);
        row(
            "added latency at " + rate + " per second, p50 / p99, ms",
            ours.p50() + " / " + ours.p99(),
            theirs.p50() + " / " + theirs.p99(),
            "");
      }
    }
  }

  private Sample stage(Start start, boolean latencies) throws Exception {
    Recorder.reset(latencies);
    Running job = start.start();
    flink.awaitRunning();
    TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
    HeapPeak.reset();
    Recorder.reset(latencies);
    long began = System.nanoTime();
    TimeUnit.SECONDS.sleep(MEASURED_SECONDS * (latencies ? 2 : 1));
    double perSecond = Recorder.RESULTS.get() / ((System.nanoTime() - began) / 1e9);
    Histogram added = Recorder.addedMillis();
    long heap = HeapPeak.mebibytes();
    job.stop();
    return new Sample(
        perSecond, added.getValueAtPercentile(50), added.getValueAtPercentile(99), heap);
  }

  private void wholeJob() throws Exception {
    System.out.println();
    row("whole job, Kafka to Kafka, bureau at 0 ms", "Weir", "native Flink", "ratio");
    row("---", "---:", "---:", "---:");
    Behaviour instant = BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        BureauMock bureau = BureauMock.start(instant, 0)) {
      kafka.createTopic("applications", 4);
      Generator.toKafka(
              KafkaCluster.at(kafka.bootstrapServers()),
              "applications",
              Applications.seeded(1, Instant.parse("2026-01-05T12:00:00Z"))
                  .withRate(100_000)
                  .withDuplicates(0.02)
                  .withMalformed(0.01),
              WHOLE_JOB_RECORDS)
          .run();
      WholeJob job = new WholeJob(flink, kafka.bootstrapServers(), bureau.uri());
      List<Sample> weir = new ArrayList<>();
      List<Sample> byHand = new ArrayList<>();
      for (int round = 0; round <= ROUNDS; round++) {
        String weirTopic = "weir" + round;
        String nativeTopic = "native" + round;
        Sample ours =
            drain(kafka, weirTopic, () -> job.weir("applications", weirTopic, weirTopic + "-dead"));
        Sample theirs =
            drain(
                kafka,
                nativeTopic,
                () -> job.nativeFlink("applications", nativeTopic, nativeTopic + "-dead"));
        // The first round is only a warm-up.
        if (round > 0) {
          weir.add(ours);
          byHand.add(theirs);
        }
      }
      throughput("throughput, applications per second", weir, byHand);
      heap(weir, byHand);
    }
  }

  /** Runs a job over the whole topic; the clock starts after the first tenth of the output. */
  private Sample drain(EmbeddedKafka kafka, String output, Start start) throws Exception {
    kafka.createTopic(output, 4);
    kafka.createTopic(output + "-dead", 4);
    HeapPeak.reset();
    Running job = start.start();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          Stream.of(0, 1, 2, 3).map(p -> new TopicPartition(output, p)).toList();
      // 3% are duplicates or dead letters; the exact end is where the output stops growing.
      long expected = WHOLE_JOB_RECORDS * 96L / 100;
      long early = written(consumer, partitions);
      long earlyAt = System.nanoTime();
      while (early < expected / 10) {
        TimeUnit.MILLISECONDS.sleep(20);
        early = written(consumer, partitions);
        earlyAt = System.nanoTime();
      }
      long late = early;
      long lateAt = earlyAt;
      while (late < expected) {
        TimeUnit.MILLISECONDS.sleep(20);
        late = written(consumer, partitions);
        lateAt = System.nanoTime();
      }
      return new Sample((late - early) / ((lateAt - earlyAt) / 1e9), 0, 0, HeapPeak.mebibytes());
    } finally {
      job.stop();
    }
  }

  private static long written(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  private static void throughput(String name, List<Sample> weir, List<Sample> byHand) {
    double ours = median(weir.stream().map(Sample::perSecond).toList());
    double theirs = median(byHand.stream().map(Sample::perSecond).toList());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < weir.size(); i++) {
      ratios.add(weir.get(i).perSecond() / byHand.get(i).perSecond());
    }
    row(
        name,
        String.format(Locale.ROOT, "%.0f", ours),
        String.format(Locale.ROOT, "%.0f", theirs),
        String.format(Locale.ROOT, "%.2f", median(ratios)));
  }

  private static String share(List<Sample> samples, double limit) {
    return String.format(
        Locale.ROOT, "%.3f", median(samples.stream().map(Sample::perSecond).toList()) / limit);
  }

  private static void heap(List<Sample> weir, List<Sample> byHand) {
    double ours = median(weir.stream().map(s -> (double) s.mebibytes()).toList());
    double theirs = median(byHand.stream().map(s -> (double) s.mebibytes()).toList());
    row(
        "peak heap of the process, MiB",
        String.format(Locale.ROOT, "%.0f", ours),
        String.format(Locale.ROOT, "%.0f", theirs),
        String.format(Locale.ROOT, "%.2f", ours / theirs));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
