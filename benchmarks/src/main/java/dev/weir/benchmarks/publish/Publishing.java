package dev.weir.benchmarks.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.BrokerProcess;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Layout.Quotient;
import dev.weir.benchmarks.page.Row;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares publishing exactly once with publishing at least once, and with Flink's own sink, in
 * turn, each in its own process, on a broker in another one.
 */
public final class Publishing implements Comparison {
  private static final int PARTITIONS = 4;
  private static final int VALUE_BYTES = 100;

  private final String name;
  private final int rate;
  private final List<Who> sides;
  private final List<Row> rows;

  private Publishing(String name, int rate, List<Who> sides, List<Row> rows) {
    this.name = name;
    this.rate = rate;
    this.sides = sides;
    this.rows = rows;
  }

  /** What publishes. */
  private enum Who {
    ONCE(new Column("once", "Weir, exactly once"), "exactly-once"),
    AT_LEAST_ONCE(new Column("at-least-once", "Weir, at least once"), "at-least-once"),
    KAFKA_SINK(new Column("kafka-sink", "KafkaSink, exactly once"), null);

    private final Column column;
    private final String delivery;

    Who(Column column, String delivery) {
      this.column = column;
      this.delivery = delivery;
    }

    static Who of(String side) {
      return Stream.of(values())
          .filter(who -> who.column.side().equals(side))
          .findFirst()
          .orElseThrow();
    }
  }

  public static Publishing throughput() {
    return new Publishing(
        "throughput",
        0,
        List.of(Who.ONCE, Who.AT_LEAST_ONCE, Who.KAFKA_SINK),
        List.of(
            Row.PER_SECOND,
            Row.of("job_micros", "processor time of the job per record, µs", 2),
            Row.of("broker_micros", "processor time of the broker per record, µs", 2),
            Row.RESIDENT));
  }

  public static Publishing latency() {
    return new Publishing(
        "latency",
        1_000,
        List.of(Who.ONCE, Who.AT_LEAST_ONCE, Who.KAFKA_SINK),
        List.of(
            Row.of("p50", "from creation to receipt, p50, ms", 0),
            Row.of("p99", "p99, ms", 0),
            Row.RESIDENT));
  }

  @Override
  public Layout layout() {
    return new Layout(
        "publish/" + name,
        rate == 0 ? "values of " + VALUE_BYTES + " bytes" : "latency at 1,000 records per second",
        sides.stream().map(who -> who.column).toList(),
        List.of(
            new Quotient(Who.ONCE.column, Who.AT_LEAST_ONCE.column),
            new Quotient(Who.ONCE.column, Who.KAFKA_SINK.column)),
        rows);
  }

  /** There is a goal for the throughput only. */
  @Override
  public int rounds() {
    return rate == 0 ? 5 : 3;
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    BrokerProcess broker = BrokerProcess.start(bench.folder("publish").resolve("kafka"));
    Runs runs = new Runs(bench, broker);
    if (rate == 0) {
      // Not counted: the code of the broker is compiled.
      runs.run(Who.ONCE.column.side());
    }
    return runs;
  }

  private final class Runs implements Sides {
    private final Bench bench;
    private final BrokerProcess broker;
    private int count;

    Runs(Bench bench, BrokerProcess broker) {
      this.bench = bench;
      this.broker = broker;
    }

    @Override
    public Outcome run(String side) throws Exception {
      Who who = Who.of(side);
      String topic = "publish-" + count++;
      broker.createTopics(PARTITIONS, topic);
      // A latency needs less warm-up: at this rate, a job is far from using a core.
      long warmUp = rate == 0 ? bench.size(45, 10) : 4;
      JsonNode report =
          Side.run(
              "benchmarks",
              "dev.weir.benchmarks.publish."
                  + (who == Who.KAFKA_SINK ? "MeasureNativePublish" : "MeasureWeirPublish"),
              List.of(
                  "--delivery=" + who.delivery,
                  "--size=" + VALUE_BYTES,
                  "--rate=" + rate,
                  "--brokers=" + broker.address(),
                  "--broker=" + broker.pid(),
                  "--topic=" + topic,
                  "--partitions=" + PARTITIONS,
                  "--warmUp=" + warmUp,
                  // One interval of checkpoints, because Flink's sink commits with them.
                  "--seconds=10"));
      broker.deleteTopics(topic);
      return Outcome.of(report, "per_second", "job_micros", "broker_micros", "p50", "p99")
          .withMemory(report);
    }

    @Override
    public void close() throws IOException {
      broker.close();
    }
  }
}
