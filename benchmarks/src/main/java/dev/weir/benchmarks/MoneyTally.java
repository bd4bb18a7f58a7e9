package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * Records the output of one side, its timing, and Flink's checkpoint statistics. Parallelism is 1.
 * The checksum of the lines does not depend on their order.
 */
final class MoneyTally {
  private static final int STEP = 1_000;
  private static final int CPU_STEP = 10_000;

  /** Suffix of the thread name of a task's only subtask. */
  private static final String TASK = "(1/1)#0";

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final AtomicLong STARTED = new AtomicLong();
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final CRC32C CHECK = new CRC32C();
  private static long[] reached = new long[1024];
  private static long rows;
  private static long sum;
  private static long last;
  private static Map<Long, Long> firstCpu = Map.of();
  private static Map<Long, Long> lastCpu = Map.of();

  private MoneyTally() {}

  static void begin() {
    STARTED.compareAndSet(0, System.nanoTime());
  }

  static void add(byte[] line) {
    CHECK.reset();
    CHECK.update(line);
    long mixed = (CHECK.getValue() << 16 ^ line.length) * 0x9E3779B97F4A7C15L;
    sum += mixed ^ (mixed >>> 29);
    rows++;
    last = System.nanoTime();
    if (rows % STEP == 0) {
      int step = (int) (rows / STEP);
      reached = step >= reached.length ? Arrays.copyOf(reached, 2 * step) : reached;
      reached[step] = last;
    }
    if (rows % CPU_STEP == 0) {
      lastCpu = cpu();
      firstCpu = firstCpu.isEmpty() ? lastCpu : firstCpu;
    }
  }

  /**
   * Returns the figures as one line of JSON.
   *
   * @param master address of the cluster's REST endpoint
   */
  static String report(String master, long events) throws IOException {
    int steps = (int) (rows / STEP);
    int from = Math.max(1, steps / 10);
    int to = steps * 9 / 10;
    double perRow = (reached[to] - reached[from]) / 1e9 / ((to - from) * (double) STEP);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("events", events);
    report.put("rows", rows);
    report.put("sum", Long.toHexString(sum));
    report.put("seconds", (last - STARTED.get()) / 1e9);
    report.put("first_tenth_seconds", (reached[from] - STARTED.get()) / 1e9);
    report.put("last_tenth_seconds", (last - reached[to]) / 1e9);
    report.put("per_second", Math.round(events / (perRow * rows)));
    cpu(report, events);
    checkpoints(master, report);
    return JSON.writeValueAsString(report);
  }

  /**
   * Returns the CPU time of each task thread in nanoseconds, which excludes other load on the
   * machine.
   */
  private static Map<Long, Long> cpu() {
    Map<Long, Long> used = new HashMap<>();
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().endsWith(TASK)) {
        used.put(thread.getThreadId(), THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return used;
  }

  /** Reports the CPU time of the job's own threads, without garbage collector and compiler. */
  private static void cpu(Map<String, Object> report, long events) {
    double measured = (double) events / rows * (rows / CPU_STEP - 1) * CPU_STEP;
    List<Double> micros =
        lastCpu.entrySet().stream()
            .map(used -> (used.getValue() - firstCpu.get(used.getKey())) / 1e3 / measured)
            // Drops finished sources and idle threads.
            .filter(used -> used > 0.2)
            .toList();
    report.put("cpu_micros", micros.stream().mapToDouble(Double::doubleValue).sum());
    report.put("cpu_micros_by_task", micros);
  }

  /** Reports the largest size and the longest duration among the last checkpoints. */
  private static void checkpoints(String master, Map<String, Object> report) throws IOException {
    JsonNode jobs = answer("http://" + master + "/jobs");
    String job = jobs.get("jobs").get(0).get("id").textValue();
    JsonNode all = answer("http://" + master + "/jobs/" + job + "/checkpoints");
    long bytes = 0;
    long millis = 0;
    int count = 0;
    for (JsonNode checkpoint : all.get("history")) {
      if (checkpoint.get("status").textValue().equals("COMPLETED")) {
        count++;
        bytes = Math.max(bytes, checkpoint.get("state_size").longValue());
        millis = Math.max(millis, checkpoint.get("end_to_end_duration").longValue());
      }
    }
    report.put("checkpoints", count);
    report.put("checkpoint_bytes", bytes);
    report.put("checkpoint_millis", millis);
  }

  private static JsonNode answer(String address) throws IOException {
    try (InputStream body = URI.create(address).toURL().openStream()) {
      return JSON.readTree(body);
    }
  }
}
