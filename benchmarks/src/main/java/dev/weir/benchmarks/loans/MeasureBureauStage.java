package dev.weir.benchmarks.loans;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.compare.Side;
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
 * Measures one side of the bureau stage and prints one line of JSON. With a rate it measures the
 * added latency, without one the throughput.
 */
public final class MeasureBureauStage {
  private final Map<String, String> arguments;
  private final HeapAfterGc heap = HeapAfterGc.watch();
  private final Map<String, Object> report = new LinkedHashMap<>();

  private MeasureBureauStage(Map<String, String> arguments) {
    this.arguments = arguments;
  }

  /**
   * Arguments: {@code --job=weir|native --bureau=URI --rates=R,… --warmUp=SECONDS --seconds=N}; one
   * job for each rate per second, where 0 is as many as possible.
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("weir-bureau-");
    System.setProperty("weir.log", folder.resolve("bureau.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      System.out.println(new MeasureBureauStage(Side.arguments(args)).run(flink));
    }
    System.exit(0);
  }

  private String run(EmbeddedFlink flink) throws Exception {
    BureauStage stage = new BureauStage(flink, URI.create(arguments.get("bureau")));
    for (String rate : arguments.get("rates").split(",")) {
      int perSecond = Integer.parseInt(rate);
      Recorder.reset(perSecond > 0);
      Running job =
          arguments.get("job").equals("weir")
              ? stage.weir(perSecond)
              : stage.nativeFlink(perSecond);
      flink.awaitRunning();
      TimeUnit.SECONDS.sleep(Long.parseLong(arguments.get("warmUp")));
      measure(perSecond);
      job.stop();
    }
    return new ObjectMapper().writeValueAsString(report);
  }

  private void measure(int perSecond) throws InterruptedException {
    Recorder.reset(perSecond > 0);
    long began = System.nanoTime();
    long processor = ProcessorTime.nanos();
    TimeUnit.SECONDS.sleep(Long.parseLong(arguments.get("seconds")));
    double results = Recorder.RESULTS.get();
    double seconds = (System.nanoTime() - began) / 1e9;
    processor = ProcessorTime.nanos() - processor;
    if (perSecond == 0) {
      report.put("per_second", results / seconds);
      report.put("processor_micros", processor / 1e3 / results);
      report.put("heap_mib", heap.peakMebibytes());
    } else {
      Histogram added = Recorder.addedMillis();
      report.put("p50_" + perSecond, added.getValueAtPercentile(50));
      report.put("p99_" + perSecond, added.getValueAtPercentile(99));
    }
  }
}
