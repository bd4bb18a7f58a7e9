package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.RunningService;
import dev.weir.local.Main;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Times commands that process a history from files, from the start of their process to its end. */
final class Backfills {
  private static final Column DIRECT = new Column("direct", "DirectRunner");
  private static final Column BATCH = new Column("flink-batch", "Flink batch");
  private static final Column BATCH_OF_TWO =
      new Column("flink-batch-2", "the same, --parallelism=2");
  private static final List<Row> ROWS =
      List.of(
          Row.of("seconds", "seconds", 1),
          Row.PROCESSOR,
          Row.RESIDENT,
          Row.count("records", "records"));

  private Backfills() {}

  /** A million loan applications, with a bureau that answers at once. */
  static final class OfApplications implements Comparison {
    @Override
    public Layout layout() {
      return Layout.of(
          "backfill/applications", "loan applications, bureau at 0 ms", List.of(BATCH), ROWS);
    }

    @Override
    public Sides open(Bench bench) throws IOException {
      long records = bench.size(1_000_000, 200_000);
      Path file = bench.folder("applications").resolve("applications.jsonl");
      generate("loans", "--to=file:" + file, "--events=" + records, "--seed=1");
      BureauMock bureau =
          BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0);
      return new Commands(bureau) {
        @Override
        public Outcome run(String side) throws Exception {
          Path out = bench.folder("decisions");
          return time(
              records,
              side,
              "loan-decisions",
              "--applications=file:" + file,
              "--decisions=file:" + out.resolve("decisions"),
              "--deadLetters=file:" + out.resolve("dead_letters"),
              "--bureau=" + bureau.uri());
        }
      };
    }
  }

  /** Changes of card transactions into a lake. */
  static final class OfCardChanges implements Comparison {
    private static final int OPERATIONS = 4_000;

    /** The first customers are changes, too. */
    private static final int CHANGES = OPERATIONS + 100;

    @Override
    public Layout layout() {
      return new Layout(
          "backfill/cards",
          "card changes into a lake",
          List.of(DIRECT, BATCH, BATCH_OF_TWO),
          List.of(),
          ROWS);
    }

    @Override
    public int rounds() {
      return 2;
    }

    @Override
    public Sides open(Bench bench) throws IOException {
      Path folder = bench.folder("card");
      generate("card", "--to=file:" + folder, "--events=" + OPERATIONS, "--seed=1");
      ScoringService scorer =
          ScoringService.start(
              ScoringService.healthy().withLatency(Duration.ZERO, Duration.ZERO), Access.open(), 0);
      return new Commands(scorer) {
        @Override
        public Outcome run(String side) throws Exception {
          Path out = bench.folder("lake");
          Path catalog = out.resolve("catalog.properties");
          Files.writeString(catalog, "type=hadoop\nwarehouse=file://" + out.resolve("lake") + "\n");
          return time(
              CHANGES,
              side,
              "card-transactions",
              "--customers=file:" + folder.resolve("customers.jsonl"),
              "--transactions=file:" + folder.resolve("transactions.jsonl"),
              "--scoring=" + scorer.uri(),
              "--ledger=iceberg:bank",
              "--catalog=" + catalog,
              "--deadLetters=file:" + out.resolve("dead_letters"));
        }
      };
    }
  }

  private static void generate(String... arguments) {
    List<String> command = new ArrayList<>(List.of("generate"));
    command.addAll(List.of(arguments));
    int status = Main.run(command.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("cannot generate the input, status " + status);
    }
  }

  /** Runs commands against a service. */
  private abstract static class Commands implements Comparison.Sides {
    private final RunningService service;

    Commands(RunningService service) {
      this.service = service;
    }

    static Outcome time(long records, String side, String... arguments) throws Exception {
      List<String> command = new ArrayList<>(List.of(arguments));
      command.add("--runner=" + (side.equals(DIRECT.side()) ? "DirectRunner" : "FlinkRunner"));
      if (side.equals(BATCH_OF_TWO.side())) {
        command.add("--parallelism=2");
      }
      JsonNode report =
          Side.run("benchmarks", "-Xmx3g", Main.class.getName(), List.copyOf(command));
      return new Outcome()
          .with("seconds", report.get(Side.DURATION).asDouble())
          .with("records", records)
          .withUsage(report, records);
    }

    @Override
    public void close() {
      service.close();
    }
  }
}
