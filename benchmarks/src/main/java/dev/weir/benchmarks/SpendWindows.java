package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Compares Weir's windows with Beam's own and Flink SQL's: all put the same payments into the same
 * windows, in turn, each in its own process. Figures are medians of payments per second. The
 * outputs must be identical: the number of rows and the sums of their counts, sums and extremes.
 */
final class SpendWindows {
  private static final long CHECKPOINT_MILLIS = 10_000;
  private static final List<String> OUTPUT = List.of("rows", "count", "cents", "extremes");
  private static final String BEAM = "dev.weir.benchmarks.MeasureBeamSpend";

  private final Path folder;
  private final int rounds;

  SpendWindows(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  private enum Engine {
    WEIR("Weir"),
    FLINK_SQL("Flink SQL, HOP"),
    BEAM_SLIDING("Beam, SlidingWindows");

    private final String title;

    Engine(String title) {
      this.title = title;
    }
  }

  /** Length and slide in seconds. */
  private record Windows(String name, long length, long slide) {}

  /** The number of payments and accounts; all inputs span the same hours. */
  private record Input(long payments, long accounts) {
    private static final long HOURS_IN_MICROS = 10_000_000_000L;

    long micros() {
      return HOURS_IN_MICROS / payments;
    }
  }

  void compare() throws IOException, InterruptedException {
    System.out.println("Takes about twenty minutes, and much longer on a busy machine.");
    Windows minute = new Windows("1 min every 30 s", 60, 30);
    Windows day = new Windows("1 day every 1 min", 86_400, 60);
    Set<Engine> fast = Set.of(Engine.WEIR, Engine.FLINK_SQL);
    Set<Engine> beam = Set.of(Engine.WEIR, Engine.BEAM_SLIDING);
    Input large = new Input(1_000_000, 100);
    compare("hashmap", large, minute, Set.of(Engine.values()));
    // Most of the seconds above are the warm-up of the JVM.
    compare("hashmap", new Input(4_000_000, 100), minute, fast);
    compare("hashmap", large, day, fast);
    // Each payment is written to 1,440 windows: a larger input would take hours.
    compare("hashmap", new Input(2_000, 100), day, beam);
    Input small = new Input(250_000, 25);
    compare("rocksdb", small, minute, Set.of(Engine.values()));
    compare("rocksdb", new Input(1_000_000, 25), minute, fast);
    compare("rocksdb", small, day, fast);
    compare("rocksdb", new Input(500, 25), day, beam);
  }

  private void compare(String state, Input input, Windows windows, Set<Engine> engines)
      throws IOException, InterruptedException {
    Map<Engine, List<JsonNode>> runs = new EnumMap<>(Engine.class);
    engines.forEach(engine -> runs.put(engine, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<Engine, List<JsonNode>> engine : runs.entrySet()) {
        engine.getValue().add(run(engine.getKey(), state, input, windows));
      }
    }
    JsonNode first = runs.get(Engine.WEIR).get(0);
    System.out.printf(
        Locale.ROOT,
        "%n| %s, %s, %,d payments, %,d rows | per second | Weir's ratio |%n| --- | ---: | ---: |%n",
        windows.name(),
        state,
        input.payments(),
        first.get("rows").asLong());
    double weir = median(runs.get(Engine.WEIR));
    runs.forEach(
        (engine, figures) -> {
          figures.forEach(figure -> requireSame(engine, first, figure));
          double perSecond = median(figures);
          String ratio = engine == Engine.WEIR ? "" : number(weir / perSecond);
          System.out.printf(
              Locale.ROOT, "| %s | %s | %s |%n", engine.title, number(perSecond), ratio);
        });
  }

  private JsonNode run(Engine engine, String state, Input input, Windows windows)
      throws IOException, InterruptedException {
    boolean sql = engine == Engine.FLINK_SQL;
    return Side.run(
        sql ? "benchmarks/peers" : "benchmarks",
        sql ? "dev.weir.peers.MeasureFlinkSpend" : BEAM,
        List.of(
            "--engine=" + (engine == Engine.WEIR ? "weir" : "sliding"),
            "--state=" + state,
            "--payments=" + input.payments(),
            "--accounts=" + input.accounts(),
            "--micros=" + input.micros(),
            "--length=" + windows.length(),
            "--slide=" + windows.slide(),
            "--interval=" + CHECKPOINT_MILLIS,
            "--checkpoints=" + Files.createTempDirectory(folder, "checkpoints-")));
  }

  private static void requireSame(Engine engine, JsonNode right, JsonNode figures) {
    for (String figure : OUTPUT) {
      if (!right.get(figure).equals(figures.get(figure))) {
        throw new IllegalStateException(
            engine + " differs in " + figure + ": " + figures + " instead of " + right);
      }
    }
  }

  private static double median(List<JsonNode> runs) {
    List<Double> sorted =
        runs.stream()
            .map(run -> run.get("payments").asDouble() / run.get("seconds").asDouble())
            .sorted()
            .toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }
}
