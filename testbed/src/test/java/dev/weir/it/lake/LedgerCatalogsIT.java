package dev.weir.it.lake;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.it.CommandRun;
import dev.weir.it.Program;
import dev.weir.it.loans.Loan;
import dev.weir.it.loans.LoanFiles;
import dev.weir.local.Main;
import dev.weir.local.PipelineArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The decisions of files in tables of each kind of catalog, as a user runs the pipeline. */
@Timeout(900)
class LedgerCatalogsIT {
  private static final String DECISIONS = "bank.loan_decisions";
  private static final String REJECTED = "bank.rejected";

  @TempDir private static Path folder;
  private static BureauMock bureau;
  private static CatalogDatabase database;
  private static CatalogServer server;

  @BeforeAll
  static void start() {
    bureau = BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0);
    database = CatalogDatabase.start();
    server = CatalogServer.start(database, folder);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable started : new AutoCloseable[] {server, database, bureau}) {
      try {
        if (started != null) {
          started.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aFolder() {
    NamedCatalog catalog = NamedCatalog.inFolder(folder);
    Backfill run = new Backfill(catalog, "january");

    run.inThisProcess("first");
    assertWritten(catalog, run);

    run.inThisProcess("again");
    assertNothingChanged(catalog, run);
  }

  @Test
  void aDatabaseWithTwoProcessesAtATime() {
    NamedCatalog catalog = database.catalog(folder);
    Backfill january = new Backfill(catalog, "january");
    Backfill february = new Backfill(catalog, "february");

    try (Program one = january.inAnotherProcess("first");
        Program other = february.inAnotherProcess("first")) {
      one.lines();
      other.lines();
    }
    assertWritten(catalog, january, february);

    january.inAnotherProcess("again").lines();
    assertNothingChanged(catalog, january, february);
  }

  @Test
  void aServerWithTwoRunsAtATime() {
    NamedCatalog catalog = server.catalog(folder);
    Backfill january = new Backfill(catalog, "january");
    Backfill february = new Backfill(catalog, "february");

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> january.inThisProcess("first")),
            CompletableFuture.runAsync(() -> february.inThisProcess("first")))
        .join();
    assertWritten(catalog, january, february);

    january.inThisProcess("again");
    assertNothingChanged(catalog, january, february);
  }

  private static void assertWritten(NamedCatalog catalog, Backfill... runs) {
    for (Backfill run : runs) {
      assertThat(run.decisions("first"), equalTo(run.expected()));
    }
    assertThat(
        catalog.rows(DECISIONS, LedgerCatalogsIT::line),
        equalTo(Stream.of(runs).flatMap(run -> run.expected().stream()).sorted().toList()));
    assertThat(
        catalog.rows(REJECTED, row -> row.getField("reason") + ", " + row.getField("event_time")),
        equalTo(
            Stream.of(runs)
                .map(run -> "INVALID_VALUE, " + Loan.NOON.atOffset(ZoneOffset.UTC))
                .toList()));
    assertThat(catalog.snapshots(DECISIONS), is(runs.length));
    assertThat(catalog.snapshots(REJECTED), is(runs.length));
  }

  private static void assertNothingChanged(NamedCatalog catalog, Backfill... runs) {
    assertThat(runs[0].decisions("again"), equalTo(runs[0].expected()));
    assertWritten(catalog, runs);
  }

  /** A row as its decision is written to a file. */
  private static String line(Record row) {
    return "{\"request_id\":\"%s\",\"status\":\"%s\",\"reason\":\"%s\",\"applicant_type\":\"%s\",\"amount\":%s,\"score\":%s,\"ts\":\"%s\"}"
        .formatted(
            row.getField("request_id"),
            row.getField("status"),
            row.getField("reason"),
            row.getField("applicant_type"),
            row.getField("amount"),
            row.getField("score"),
            ((OffsetDateTime) row.getField("ts")).toInstant());
  }

  @Test
  void manyCommitsOfManyWritersInADatabase() throws Exception {
    manyWriters(database.catalog(folder));
  }

  @Test
  void manyCommitsOfManyWritersOnAServer() throws Exception {
    manyWriters(server.catalog(folder));
  }

  /** Three runs and two that repeat one of them, with five commits each. */
  private static void manyWriters(NamedCatalog catalog) throws Exception {
    String table = "bank.notes";
    Schema note = SchemaBuilder.record("Note").fields().requiredString("text").endRecord();
    List<String> sinks = List.of("a", "b", "c", "twin", "twin");
    ExecutorService threads = Executors.newFixedThreadPool(sinks.size());
    try {
      List<Callable<PipelineResult.State>> runs = new ArrayList<>();
      sinks.forEach(
          sink -> runs.add(() -> write(catalog, table, note, texts(sink).toList(), sink, 40)));
      for (Future<PipelineResult.State> run : threads.invokeAll(runs, 60, SECONDS)) {
        assertThat(run.get(), is(PipelineResult.State.DONE));
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(
        catalog.rows(table, row -> row.getField("text").toString()),
        equalTo(sinks.stream().distinct().flatMap(LedgerCatalogsIT::texts).sorted().toList()));
    assertThat(catalog.snapshots(table), is(4 * 5));
  }

  private static Stream<String> texts(String sink) {
    return IntStream.range(0, 200).mapToObj(n -> sink + "-" + n);
  }

  @Test
  void aTableOfADatabaseGainsAColumn() {
    NamedCatalog catalog = database.catalog(folder);
    Schema before = SchemaBuilder.record("Note").fields().requiredString("text").endRecord();
    Schema after =
        SchemaBuilder.record("Note")
            .fields()
            .requiredString("text")
            .optionalString("author")
            .endRecord();

    write(catalog, "bank.growing", before, List.of("old"), "one", 1);
    write(catalog, "bank.growing", after, List.of("new"), "other", 1);

    assertThat(
        catalog.rows("bank.growing", row -> row.getField("text") + ", " + row.getField("author")),
        contains("new, null", "old, null"));
  }

  private static PipelineResult.State write(
      NamedCatalog catalog,
      String table,
      Schema schema,
      List<String> texts,
      String sinkId,
      int rowsPerCommit) {
    List<GenericRecord> rows = new ArrayList<>();
    for (String text : texts) {
      GenericRecord row = new GenericData.Record(schema);
      row.put("text", text);
      rows.add(row);
    }
    Pipeline pipeline =
        Pipeline.create(
            PipelineArguments.parse(DirectOptions.class, List.of(CommandRun.ONE_THREAD)));
    pipeline
        .apply("Rows", Create.of(rows).withCoder(AvroGenericCoder.of(schema)))
        .apply(
            "Append",
            AppendRows.<GenericRecord>to(LedgerTable.of(catalog.catalog(), table, schema), sinkId)
                .withRowsPerCommit(rowsPerCommit));
    return pipeline.run().waitUntilFinish();
  }

  /** A bounded run of the pipeline over some days, one of them before 1970. */
  private static final class Backfill {
    private static final int APPLICATIONS = 100;

    private final NamedCatalog catalog;
    private final String sinkId;
    private final Path files;
    private final String applications;
    private final List<Loan> loans = new ArrayList<>();

    Backfill(NamedCatalog catalog, String sinkId) {
      this.catalog = catalog;
      this.sinkId = sinkId;
      this.files = folder.resolve(catalog.file().getFileName() + "-" + sinkId);
      Random random = new Random(sinkId.hashCode());
      for (int n = 0; n < APPLICATIONS; n++) {
        Loan loan = Loan.madeUp(sinkId, n, random);
        loans.add(loan.at(Loan.NOON.plus(Duration.ofMinutes(45L * n))));
      }
      loans.set(7, loans.get(7).at(Instant.parse("1969-12-31T23:59:59.999Z")));
      List<Loan> all = new ArrayList<>(loans);
      all.add(loans.get(0).requestId("spoilt").amount("0.00"));
      applications = LoanFiles.writeLines(files.resolve("applications"), all);
    }

    List<String> expected() {
      return loans.stream().map(Loan::decision).sorted().toList();
    }

    List<String> decisions(String run) {
      return LoanFiles.lines(files.resolve(run)).stream().sorted().toList();
    }

    void inThisProcess(String run) {
      assertThat(Main.run(arguments(run)), is(0));
    }

    Program inAnotherProcess(String run) {
      return Program.start(
          files.getFileName() + "-" + run,
          Main.class,
          catalog.environment(),
          List.of(arguments(run)));
    }

    private String[] arguments(String run) {
      return new String[] {
        "loan-decisions",
        "--runner=DirectRunner",
        CommandRun.ONE_THREAD,
        "--shards=8",
        "--applications=" + applications,
        "--decisions=file:" + files.resolve(run),
        "--deadLetters=iceberg:" + REJECTED,
        "--ledger=iceberg:bank",
        "--catalog=" + catalog.file(),
        "--sinkId=" + sinkId,
        "--bureau=" + bureau.uri()
      };
    }
  }
}
