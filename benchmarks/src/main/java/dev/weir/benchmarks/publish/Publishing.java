package dev.weir.benchmarks.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares publishing exactly once with publishing at least once, and with Flink's own sink, in
 * turn, each in its own process, on a broker in another one. Figures are medians; ratios are
 * computed within each round.
 */
public final class Publishing {
  private static final int PARTITIONS = 4;

  private final Path folder;
  private final int rounds;
  private final boolean quick;
  private int runs;

  /** What publishes. */
  private enum Who {
    AT_LEAST_ONCE("Weir, at least once", "at-least-once", "short"),
    ONCE("Weir, exactly once", "exactly-once", "short"),
    ONCE_IN_LONG_BUNDLES("the same, long bundles", "exactly-once", "long"),
    FLINK("Flink's KafkaSink, exactly once", null, null);

    private final String title;
    private final String delivery;
    private final String bundles;

    Who(String title, String delivery, String bundles) {
      this.title = title;
      this.delivery = delivery;
      this.bundles = bundles;
    }
  }

  /** The runs of each side, by round. */
  private static final class Results extends EnumMap<Who, List<JsonNode>> {
    private static final long serialVersionUID = 1;

    Results() {
      super(Who.class);
    }
  }

  /**
   * @param quick runs one short round, which shows that everything works
   */
  public Publishing(Path folder, int rounds, boolean quick) {
    this.folder = folder;
    this.rounds = quick ? 1 : rounds;
    this.quick = quick;
  }

  /**
   * @param parts of {@code throughput}, {@code latency}, {@code recovery}; all if there is none
   */
  public void compare(List<String> parts) throws IOException, InterruptedException {
    boolean all = Stream.of("throughput", "latency", "recovery").noneMatch(parts::contains);
    try (BrokerProcess broker = BrokerProcess.start(folder.resolve("kafka"))) {
      if (all || parts.contains("throughput")) {
        // Not counted: the code of the broker is compiled.
        run(broker, Who.ONCE, 100, 0);
        for (int size : quick ? new int[] {100} : new int[] {100, 1024}) {
          throughput(broker, size);
        }
      }
      if (all || parts.contains("latency")) {
        latency(broker, 1_000);
      }
      if (all || parts.contains("recovery")) {
        recovery(broker, quick ? 30_000 : 300_000);
      }
    }
  }

  private void throughput(BrokerProcess broker, int size) throws IOException, InterruptedException {
    Results results = inTurn(broker, size, 0);
    header("values of " + size + " bytes");
    row("records per second", results, "per_second", "%,.0f");
    row("processor time of the job per record, µs", results, "job_micros", "%.2f");
    row("processor time of the broker per record, µs", results, "broker_micros", "%.2f");
  }

  private void latency(BrokerProcess broker, int rate) throws IOException, InterruptedException {
    Results results = inTurn(broker, 100, rate);
    header(String.format(Locale.ROOT, "%,d records per second", rate));
    row("from creation to receipt, p50, ms", results, "p50", "%,.0f");
    row("p99, ms", results, "p99", "%,.0f");
  }

  private Results inTurn(BrokerProcess broker, int size, int rate)
      throws IOException, InterruptedException {
    Results results = new Results();
    for (int round = 0; round < rounds; round++) {
      List<Who> order = new ArrayList<>(List.of(Who.values()));
      if (round % 2 == 1) {
        Collections.reverse(order);
      }
      for (Who who : order) {
        results.computeIfAbsent(who, any -> new ArrayList<>()).add(run(broker, who, size, rate));
      }
    }
    return results;
  }

  private JsonNode run(BrokerProcess broker, Who who, int size, int rate)
      throws IOException, InterruptedException {
    String topic = "publish-" + runs++;
    broker.createTopic(topic, PARTITIONS);
    // Whole intervals of checkpoints, because Flink's sink commits with them.
    JsonNode figures =
        Side.run(
            "benchmarks",
            "dev.weir.benchmarks.publish."
                + (who == Who.FLINK ? "MeasureNativePublish" : "MeasureWeirPublish"),
            List.of(
                "--delivery=" + who.delivery,
                "--bundles=" + who.bundles,
                "--size=" + size,
                "--rate=" + rate,
                "--brokers=" + broker.address(),
                "--broker=" + broker.pid(),
                "--topic=" + topic,
                "--partitions=" + PARTITIONS,
                // With less, and on a busy machine, the compiler has not finished.
                "--warmUp=40",
                "--seconds=" + (quick ? 10 : 30)));
    broker.deleteTopic(topic);
    System.out.println(who.title + ", " + size + " B, rate " + rate + ": " + figures);
    return figures;
  }

  private void recovery(BrokerProcess broker, long records)
      throws IOException, InterruptedException {
    Map<String, List<JsonNode>> results = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (String form : List.of("pairs", "decisions")) {
        for (int groups : new int[] {1, 0}) {
          String topic = "recovery-" + runs++;
          broker.createTopic(topic, PARTITIONS);
          JsonNode figures =
              Side.run(
                  "benchmarks",
                  "dev.weir.benchmarks.publish.MeasureRecovery",
                  List.of(
                      "--brokers=" + broker.address(),
                      "--topic=" + topic,
                      "--form=" + form,
                      "--records=" + records,
                      "--groups=" + groups));
          broker.deleteTopic(topic);
          String name =
              (form.equals("pairs") ? "values of 100 bytes, " : "loan decisions in JSON, ")
                  + (groups == 1 ? "1 group" : figures.get("groups") + " groups");
          results.computeIfAbsent(name, any -> new ArrayList<>()).add(figures);
          System.out.println(name + ": " + figures);
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n| %,d records read back, seconds | until ready | fetch | decode | keep and emit |%n",
        records);
    System.out.println("| --- | ---: | ---: | ---: | ---: |");
    results.forEach(
        (name, runs) ->
            System.out.println(
                "| "
                    + name
                    + Stream.of("seconds", "fetch_seconds", "decode_seconds", "rest_seconds")
                        .map(figure -> String.format(Locale.ROOT, " | %.2f", median(runs, figure)))
                        .collect(Collectors.joining())
                    + " |"));
  }

  private static void header(String title) {
    System.out.println(
        "\n| "
            + title
            + Stream.of(Who.values()).map(who -> " | " + who.title).collect(Collectors.joining())
            + " | exactly ÷ at least once | exactly once ÷ KafkaSink |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  }

  private static void row(String name, Results results, String figure, String format) {
    System.out.println(
        "| "
            + name
            + results.values().stream()
                .map(runs -> " | " + String.format(Locale.ROOT, format, median(runs, figure)))
                .collect(Collectors.joining())
            + " | "
            + ratio(results, Who.AT_LEAST_ONCE, figure)
            + " | "
            + ratio(results, Who.FLINK, figure)
            + " |");
  }

  /** Returns the ratio with short bundles, and the one with long bundles. */
  private static String ratio(Results results, Who other, String figure) {
    return Stream.of(Who.ONCE, Who.ONCE_IN_LONG_BUNDLES)
        .map(
            who -> {
              List<Double> ratios = new ArrayList<>();
              for (int i = 0; i < results.get(who).size(); i++) {
                ratios.add(
                    results.get(who).get(i).get(figure).asDouble()
                        / results.get(other).get(i).get(figure).asDouble());
              }
              return String.format(Locale.ROOT, "%.2f", median(ratios));
            })
        .collect(Collectors.joining(" / "));
  }

  private static double median(List<JsonNode> runs, String figure) {
    return median(runs.stream().map(run -> run.get(figure).asDouble()).toList());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
