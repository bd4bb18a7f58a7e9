package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares Weir's money enrichment with {@link NativeMoney}: both read the same events from the
 * same file, in turn, each in its own process. Their outputs must be identical, line by line.
 */
final class MoneyJobs {
  private static final long EVENTS = 1_000_000;
  private static final long USERS = 100_000;
  private static final long MICROS = 14_400;
  private static final String HEAP = "-Xmx4g";

  private final Path folder;
  private final int rounds;

  MoneyJobs(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  void compare() throws IOException, InterruptedException {
    MadeMoney made = new MadeMoney(USERS, MICROS);
    Path file = folder.resolve("money");
    MoneyFile.write(file, made, EVENTS);
    for (String state : List.of("hashmap", "rocksdb")) {
      List<JsonNode> weir = new ArrayList<>();
      List<JsonNode> byHand = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        weir.add(run("dev.weir.benchmarks.MeasureWeirMoney", state, file, made));
        byHand.add(run("dev.weir.benchmarks.MeasureNativeMoney", state, file, made));
        requireSame(weir.get(round), byHand.get(round));
      }
      report(state, weir, byHand);
    }
  }

  private JsonNode run(String side, String state, Path file, MadeMoney made)
      throws IOException, InterruptedException {
    JsonNode figures =
        Side.run(
            "benchmarks",
            HEAP,
            side,
            List.of(
                "--file=" + file,
                "--events=" + EVENTS,
                "--first=" + made.timeOf(0),
                "--micros=" + MICROS,
                "--state=" + state,
                "--checkpoints=" + Files.createTempDirectory(folder, "checkpoints-")));
    System.out.println(side + " " + state + " " + figures);
    return figures;
  }

  private static void requireSame(JsonNode weir, JsonNode byHand) {
    for (String figure : List.of("rows", "sum")) {
      if (!weir.get(figure).equals(byHand.get(figure))) {
        throw new IllegalStateException("the results differ: " + weir + " and " + byHand);
      }
    }
  }

  private static void report(String state, List<JsonNode> weir, List<JsonNode> byHand) {
    System.out.printf(
        Locale.ROOT,
        "%n| %s, %,d events, %,d rows | Weir | native Flink | ratio |%n| --- | ---: | ---: | ---: |%n",
        state,
        EVENTS,
        weir.get(0).get("rows").asLong());
    row("events per second", weir, byHand, "per_second", 1);
    row("processor time of the job's threads per event, µs", weir, byHand, "cpu_micros", 1);
    row("seconds from the first event to the last row", weir, byHand, "seconds", 1);
    row("checkpoint, longest, ms", weir, byHand, "checkpoint_millis", 1);
    row("state per user, bytes", weir, byHand, "checkpoint_bytes", USERS);
  }

  private static void row(
      String name, List<JsonNode> weir, List<JsonNode> byHand, String figure, long each) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < weir.size(); i++) {
      ratios.add(weir.get(i).get(figure).asDouble() / byHand.get(i).get(figure).asDouble());
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.1f | %,.1f | %.2f |%n",
        name,
        median(figures(weir, figure)) / each,
        median(figures(byHand, figure)) / each,
        median(ratios));
  }

  private static List<Double> figures(List<JsonNode> runs, String figure) {
    return runs.stream().map(run -> run.get(figure).asDouble()).toList();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
