package dev.weir.benchmarks;

import static dev.weir.benchmarks.Report.row;

import dev.weir.benchmarks.Report.Sample;
import dev.weir.benchmarks.publish.Publishing;
import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Behaviour;
import dev.weir.local.EmbeddedFlink;
import dev.weir.service.ClientPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Compares Weir with native Flink in one process and prints a Markdown table. The sides of each
 * pair run several times in turn, so that other load on the machine affects both; the figures are
 * medians.
 */
public final class Benchmarks {
  private static final int ROUNDS = 5;
  private static final int WARM_UP_SECONDS = 8;
  private static final int MEASURED_SECONDS = 15;
  private static final double MEAN_LATENCY_SECONDS = 0.6;

  private final EmbeddedFlink flink;

  private Benchmarks(EmbeddedFlink flink) {
    this.flink = flink;
  }

  /** Starts a job. */
  @FunctionalInterface
  private interface Start {
    Running start() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("weir-benchmarks-");
    System.setProperty("weir.log", folder.resolve("benchmarks.log").toString());
    List<String> parts = List.of(arguments);
    if (parts.contains("ledger")) {
      new LedgerSinks(folder, ROUNDS).compare(5_000_000, 1_000_000, "2000");
      System.exit(0);
    }
    if (parts.contains("spend")) {
      new SpendWindows(folder, ROUNDS).compare();
      System.exit(0);
    }
    if (parts.contains("money")) {
      new MoneyJobs(folder, ROUNDS).compare();
      System.exit(0);
    }
    if (parts.contains("publish")) {
      new Publishing(folder, ROUNDS, parts.contains("--quick")).compare(parts);
      System.exit(0);
    }
    System.out.println("Takes about fifteen minutes; log: " + System.getProperty("weir.log"));
    int status = 0;
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 2, 0)) {
      Benchmarks benchmarks = new Benchmarks(flink);
      boolean latency = parts.contains("latency");
      boolean loans = parts.contains("loans");
      if (!loans) {
        benchmarks.bureauStage(!latency);
      }
      new WholeJobs(flink, folder, ROUNDS).compare(loans || !latency, latency || !loans);
    } catch (Exception e) {
      System.out.println("failed: " + e);
      status = 1;
    }
    System.exit(status);
  }

  private void bureauStage(boolean throughput) throws Exception {
    Behaviour slow =
        BureauMock.healthy().withLatency(Duration.ofMillis(200), Duration.ofMillis(1000));
    Report.header("bureau stage, 64 in flight × 50, 200–1000 ms");
    try (BureauMock bureau = BureauMock.start(slow, 0)) {
      BureauStage stage = new BureauStage(flink, bureau.uri());
      if (throughput) {
        throughput(stage);
      }
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

  private void throughput(BureauStage stage) throws Exception {
    ClientPolicy policy = ClientPolicy.standard();
    double limit = policy.inFlight() * policy.batch() / MEAN_LATENCY_SECONDS;
    List<Sample> weir = new ArrayList<>();
    List<Sample> byHand = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      weir.add(stage(() -> stage.weir(0), false));
      byHand.add(stage(() -> stage.nativeFlink(0), false));
    }
    Report.throughput("throughput, per second", weir, byHand);
    row(
        "share of the physical limit (" + Math.round(limit) + " per second)",
        share(weir, limit),
        share(byHand, limit),
        "");
    Report.heap(weir, byHand);
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

  private static String share(List<Sample> samples, double limit) {
    double median = Report.median(samples.stream().map(Sample::perSecond).toList());
    return String.format(Locale.ROOT, "%.3f", median / limit);
  }
}
