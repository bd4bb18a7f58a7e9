package dev.weir.benchmarks.loans;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.compare.TopicEnds;
import dev.weir.local.EmbeddedFlink;
import dev.weir.peers.HeapAfterGc;
import dev.weir.peers.ProcessorTime;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures one side of the whole loan job, from Kafka to Kafka, and prints one line of JSON: the
 * throughput on a full topic, or the latency at given rates.
 */
public final class MeasureLoans {
  static final int PARTITIONS = 4;

  private final Map<String, String> arguments;
  private final EmbeddedFlink flink;
  private final WholeJob job;
  private final HeapAfterGc heap = HeapAfterGc.watch();
  private final Map<String, Object> report = new LinkedHashMap<>();

  private MeasureLoans(Map<String, String> arguments, EmbeddedFlink flink) {
    this.arguments = arguments;
    this.flink = flink;
    this.job = new WholeJob(flink, arguments.get("brokers"), URI.create(arguments.get("bureau")));
  }

  /**
   * Arguments: {@code --job=native|at-least-once|exactly-once --brokers=ADDRESS --bureau=URI}, and
   * {@code --applications=TOPIC --records=N --passes=TOPIC,…} for the throughput of the last pass
   * over the topic, or {@code --rates=PER_SECOND,… --prefix=P --warmUp=SECONDS --seconds=N} for the
   * latency. Topics exist: each output with one for its dead letters ({@code -dead}), and for each
   * rate {@code PREFIX-RATE} with its input ({@code -applications}).
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("weir-loans-");
    System.setProperty("weir.log", folder.resolve("loans.log").toString());
    Map<String, String> arguments = Side.arguments(args);
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      System.out.println(new MeasureLoans(arguments, flink).run());
    }
    System.exit(0);
  }

  private String run() throws Exception {
    if (arguments.containsKey("rates")) {
      for (String rate : arguments.get("rates").split(",")) {
        latency(Integer.parseInt(rate));
      }
    } else {
      for (String decisions : arguments.get("passes").split(",")) {
        throughput(decisions);
      }
    }
    return new ObjectMapper().writeValueAsString(report);
  }

  private Running start(String applications, String decisions) throws Exception {
    String kind = arguments.get("job");
    return kind.equals("native")
        ? job.nativeFlink(applications, decisions, decisions + "-dead")
        : job.weir(applications, decisions, decisions + "-dead", kind);
  }

  /** Runs a job over the whole topic; the clock starts after the first tenth of the output. */
  private void throughput(String decisions) throws Exception {
    // 3% are duplicates or dead letters; the exact end is where the output stops growing.
    long expected = Long.parseLong(arguments.get("records")) * 96 / 100;
    Running running = start(arguments.get("applications"), decisions);
    try (TopicEnds ends = new TopicEnds(arguments.get("brokers"), decisions, PARTITIONS)) {
      long early = await(ends, expected / 10);
      long began = System.nanoTime();
      long processor = ProcessorTime.nanos();
      double records = await(ends, expected) - early;
      report.put("per_second", records / ((System.nanoTime() - began) / 1e9));
      report.put("processor_micros", (ProcessorTime.nanos() - processor) / 1e3 / records);
      report.put("heap_mib", heap.peakMebibytes());
    } finally {
      running.stop();
    }
  }

  private static long await(TopicEnds ends, long expected) throws InterruptedException {
    long written = ends.records();
    while (written < expected) {
      TimeUnit.MILLISECONDS.sleep(20);
      written = ends.records();
    }
    return written;
  }

  private void latency(int perSecond) throws Exception {
    String decisions = arguments.get("prefix") + "-" + perSecond;
    String applications = decisions + "-applications";
    Running running = start(applications, decisions);
    try {
      flink.awaitRunning();
      Histogram millis =
          new JobLatency(arguments.get("brokers"), applications, decisions, PARTITIONS)
              .measure(
                  perSecond,
                  Integer.parseInt(arguments.get("warmUp")),
                  Integer.parseInt(arguments.get("seconds")));
      report.put("p50_" + perSecond, millis.getValueAtPercentile(50));
      report.put("p99_" + perSecond, millis.getValueAtPercentile(99));
    } finally {
      running.stop();
    }
  }
}
