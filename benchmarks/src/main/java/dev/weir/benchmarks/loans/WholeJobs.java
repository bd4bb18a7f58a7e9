package dev.weir.benchmarks.loans;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.BrokerProcess;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import dev.weir.bureaumock.BureauMock;
import dev.weir.generate.Applications;
import dev.weir.generate.Generator;
import dev.weir.httpservice.Behaviour;
import dev.weir.kafka.KafkaCluster;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Compares the whole job from Kafka to Kafka, with a bureau that answers at once. */
public final class WholeJobs implements Comparison {
  private static final Behaviour INSTANT =
      BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);
  private static final String INPUT = "applications";
  private static final List<Integer> RATES = List.of(10, 1_000);

  private final Layout layout;
  private final boolean latency;

  private WholeJobs(Layout layout, boolean latency) {
    this.layout = layout;
    this.latency = latency;
  }

  public static WholeJobs throughput() {
    return new WholeJobs(
        Layout.of(
            "loans/throughput",
            "Kafka to Kafka, bureau at 0 ms, at least once",
            List.of(Column.WEIR, Column.NATIVE),
            List.of(
                Row.PER_SECOND,
                Row.PROCESSOR,
                Row.HEAP,
                Row.RESIDENT,
                Row.count("records", "applications"))),
        false);
  }

  public static WholeJobs latency() {
    Column once = new Column("once", "Weir, exactly once");
    return new WholeJobs(
        new Layout(
            "loans/latency",
            "latency, Kafka to Kafka, bureau at 0 ms",
            List.of(Column.WEIR, once, Column.NATIVE),
            List.of(new Layout.Quotient(Column.WEIR, Column.NATIVE)),
            List.of(
                Row.of("p50_10", "10 per second, p50, ms", 0),
                Row.of("p99_10", "p99, ms", 0),
                Row.of("p50_1000", "1,000 per second, p50, ms", 0),
                Row.of("p99_1000", "p99, ms", 0),
                Row.RESIDENT)),
        true);
  }

  @Override
  public Layout layout() {
    return layout;
  }

  /** There is a goal for the throughput only. */
  @Override
  public int rounds() {
    return latency ? 2 : 5;
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    BrokerProcess broker = BrokerProcess.start(bench.folder("loans").resolve("kafka"));
    BureauMock bureau = BureauMock.start(INSTANT, 0);
    Runs runs = new Runs(bench, broker, bureau);
    if (!latency) {
      fill(broker, records(bench));
      // Not counted: the code of the broker and of the bureau is compiled.
      runs.run(Column.NATIVE.side());
    }
    return runs;
  }

  private static long records(Bench bench) {
    return bench.size(800_000, 400_000);
  }

  private static void fill(BrokerProcess broker, long records) {
    broker.createTopics(MeasureLoans.PARTITIONS, INPUT);
    Generator.toKafka(
            KafkaCluster.at(broker.address()),
            INPUT,
            Applications.seeded(1, Instant.parse("2026-01-05T12:00:00Z"))
                .withRate(100_000)
                .withDuplicates(0.02)
                .withMalformed(0.01),
            records)
        .run();
  }

  private final class Runs implements Sides {
    private final Bench bench;
    private final BrokerProcess broker;
    private final BureauMock bureau;
    private int count;

    Runs(Bench bench, BrokerProcess broker, BureauMock bureau) {
      this.bench = bench;
      this.broker = broker;
      this.bureau = bureau;
    }

    @Override
    public Outcome run(String side) throws Exception {
      List<String> arguments = new ArrayList<>();
      arguments.add("--job=" + job(side));
      arguments.add("--brokers=" + broker.address());
      arguments.add("--bureau=" + bureau.uri());
      String prefix = "run" + count++;
      String[] topics = latency ? rates(prefix, arguments) : passes(prefix, arguments);
      broker.createTopics(MeasureLoans.PARTITIONS, topics);
      JsonNode report =
          Side.run("benchmarks", "dev.weir.benchmarks.loans.MeasureLoans", List.copyOf(arguments));
      broker.deleteTopics(topics);
      Outcome outcome =
          Outcome.of(
              report,
              "per_second",
              "processor_micros",
              "heap_mib",
              "p50_10",
              "p99_10",
              "p50_1000",
              "p99_1000");
      if (!latency) {
        outcome.with("records", records(bench));
      }
      return outcome.withMemory(report);
    }

    private static String job(String side) {
      return switch (side) {
        case "weir" -> "at-least-once";
        case "once" -> "exactly-once";
        default -> side;
      };
    }

    /** Two passes; the first one is the warm-up. */
    private String[] passes(String prefix, List<String> arguments) {
      arguments.add("--applications=" + INPUT);
      arguments.add("--records=" + records(bench));
      arguments.add("--passes=" + prefix + "-0," + prefix + "-1");
      return new String[] {prefix + "-0", prefix + "-0-dead", prefix + "-1", prefix + "-1-dead"};
    }

    private String[] rates(String prefix, List<String> arguments) {
      arguments.add("--prefix=" + prefix);
      arguments.add("--rates=" + String.join(",", RATES.stream().map(r -> "" + r).toList()));
      arguments.add("--warmUp=" + bench.size(4, 3));
      arguments.add("--seconds=" + bench.size(10, 6));
      List<String> topics = new ArrayList<>();
      for (int rate : RATES) {
        String decisions = prefix + "-" + rate;
        topics.addAll(List.of(decisions, decisions + "-dead", decisions + "-applications"));
      }
      return topics.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
      bureau.close();
      broker.close();
    }
  }
}
