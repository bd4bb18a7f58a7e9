package dev.weir.benchmarks.loans;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Behaviour;
import dev.weir.service.ClientPolicy;
import java.time.Duration;
import java.util.List;

/** Compares {@link BureauStage} on both sides: its throughput, or the latency that it adds. */
public final class BureauStages implements Comparison {
  private static final Behaviour SLOW =
      BureauMock.healthy().withLatency(Duration.ofMillis(200), Duration.ofMillis(1000));
  private static final double MEAN_SECONDS = 0.6;
  private static final String TITLE = "64 in flight × 50, 200–1000 ms";

  private final Layout layout;
  private final String rates;

  private BureauStages(String name, String title, String rates, List<Row> rows) {
    this.layout = Layout.of("bureau/" + name, title, List.of(Column.WEIR, Column.NATIVE), rows);
    this.rates = rates;
  }

  public static BureauStages throughput() {
    return new BureauStages(
        "throughput",
        TITLE,
        "0",
        List.of(
            Row.PER_SECOND,
            Row.of("share", "share of the physical limit", 3),
            Row.PROCESSOR,
            Row.HEAP,
            Row.RESIDENT));
  }

  public static BureauStages latency() {
    return new BureauStages(
        "latency",
        "added latency, " + TITLE,
        "10,1000",
        List.of(
            Row.of("p50_10", "10 per second, p50, ms", 0),
            Row.of("p99_10", "p99, ms", 0),
            Row.of("p50_1000", "1,000 per second, p50, ms", 0),
            Row.of("p99_1000", "p99, ms", 0),
            Row.RESIDENT));
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Sides open(Bench bench) {
    BureauMock bureau = BureauMock.start(SLOW, 0);
    return new Sides() {
      @Override
      public Outcome run(String side) throws Exception {
        return outcome(
            Side.run(
                "benchmarks",
                "dev.weir.benchmarks.loans.MeasureBureauStage",
                List.of(
                    "--job=" + side,
                    "--bureau=" + bureau.uri(),
                    "--rates=" + rates,
                    // At a rate, a job is far from using a core.
                    "--warmUp=" + (rates.equals("0") ? bench.size(10, 6) : bench.size(4, 3)),
                    "--seconds=" + bench.size(10, 6))));
      }

      @Override
      public void close() {
        bureau.close();
      }
    };
  }

  private static Outcome outcome(JsonNode report) {
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
    ClientPolicy policy = ClientPolicy.standard();
    double limit = policy.inFlight() * policy.batch() / MEAN_SECONDS;
    if (report.has("per_second")) {
      outcome.with("share", report.get("per_second").asDouble() / limit);
    }
    return outcome.withMemory(report);
  }
}
