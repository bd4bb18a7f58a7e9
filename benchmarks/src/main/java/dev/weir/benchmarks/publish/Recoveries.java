package dev.weir.benchmarks.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.BrokerProcess;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.io.IOException;
import java.util.List;

/** Measures how long a job reads back what an earlier one has published, in a new process. */
public final class Recoveries implements Comparison {
  private static final int PARTITIONS = 4;

  @Override
  public Layout layout() {
    return new Layout(
        "publish/recovery",
        "recovery, seconds",
        List.of(
            new Column("pairs", "values of 100 bytes"),
            new Column("decisions", "loan decisions in JSON")),
        List.of(),
        List.of(
            Row.of("seconds", "until ready", 2),
            Row.of("fetch_seconds", "fetch", 2),
            Row.of("decode_seconds", "decode", 2),
            Row.of("rest_seconds", "keep and emit", 2),
            Row.RESIDENT,
            Row.count("records", "records")));
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    BrokerProcess broker = BrokerProcess.start(bench.folder("recovery").resolve("kafka"));
    return new Runs(bench, broker);
  }

  private static final class Runs implements Sides {
    private final Bench bench;
    private final BrokerProcess broker;
    private int count;

    Runs(Bench bench, BrokerProcess broker) {
      this.bench = bench;
      this.broker = broker;
    }

    @Override
    public Outcome run(String side) throws Exception {
      String topic = "recovery-" + count++;
      broker.createTopics(PARTITIONS, topic);
      long records = bench.size(300_000, 30_000);
      JsonNode report =
          Side.run(
              "benchmarks",
              "dev.weir.benchmarks.publish.MeasureRecovery",
              List.of(
                  "--brokers=" + broker.address(),
                  "--topic=" + topic,
                  "--form=" + side,
                  "--records=" + records));
      broker.deleteTopics(topic);
      return Outcome.of(report, "seconds", "fetch_seconds", "decode_seconds", "rest_seconds")
          .with("records", records)
          .withMemory(report);
    }

    @Override
    public void close() throws IOException {
      broker.close();
    }
  }
}
