package dev.weir.it.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.loan.LoanApplication;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.Main;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.slf4j.LoggerFactory;

/**
 * A process whose environment has every {@link Secret}. It assembles each pipeline with all ports
 * and options, runs bounded ones, and lets connections fail. What leaves the process is in a
 * folder: what is serialized, metrics, outputs, tables and the log, with all levels of Weir's own
 * packages.
 */
public final class JobsWithSecrets {
  private static final String TOPIC = "=kafka://localhost:9092/topic";
  private static final String NOBODY = "http://localhost:1";
  private static final String REGISTRY = "--schemaRegistry=" + NOBODY;

  private final Path folder;

  private JobsWithSecrets(Path folder) {
    this.folder = folder;
  }

  /**
   * @param arguments the folder, a database as a port URI, and the files of catalogs that answer
   */
  public static void main(String[] arguments) throws IOException {
    JobsWithSecrets jobs = new JobsWithSecrets(Path.of(arguments[0]));
    jobs.log();
    for (String catalog : List.of(arguments).subList(2, arguments.length)) {
      jobs.assemble(Path.of(catalog), arguments[1]);
    }
    jobs.runBounded(Path.of(arguments[2]));
    jobs.fail();
    System.exit(0);
  }

  private void log() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%level %logger %msg%n%ex");
    encoder.start();
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setEncoder(encoder);
    file.setFile(folder.resolve("log").toString());
    file.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(file);
    root.setLevel(Level.INFO);
    context.getLogger("dev.weir").setLevel(Level.TRACE);
  }

  private void assemble(Path catalog, String database) throws IOException {
    String name = catalog.getFileName().toString().replaceFirst("\\..*", "");
    String lake = "--catalog=" + catalog;
    String ledger = "--ledger=iceberg:bank";
    String kafka =
        "--kafkaProperties="
            + Files.writeString(
                folder.resolve("kafka.properties"),
                """
                security.protocol=SASL_SSL
                sasl.mechanism=PLAIN
                sasl.jaas.config=PlainLoginModule required username="u" password="${env:KAFKA_PASSWORD}";
                ssl.key.password=env:KAFKA_PASSWORD
                """);
    LedgerTable.of(
            LedgerCatalog.read(catalog), "bank.applications", LoanApplication.getClassSchema())
        .prepare();
    dump(
        name + "-live-loans",
        LoanDecisionsOptions.class,
        LoanDecisions::assembled,
        "--applications" + TOPIC,
        "--decisions" + TOPIC + "?format=avro",
        kafka,
        REGISTRY,
        "--deadLetters=iceberg:bank.rejected",
        "--bureau=" + NOBODY,
        ledger,
        lake);
    dump(
        name + "-bounded-loans",
        LoanDecisionsOptions.class,
        LoanDecisions::assembled,
        "--applications=iceberg:bank.applications",
        "--decisions=file:" + folder.resolve("never"),
        "--deadLetters=iceberg:bank.rejected",
        "--bureau=" + NOBODY,
        ledger,
        lake);
    dump(
        name + "-cards",
        CardTransactionsOptions.class,
        CardTransactions::assembled,
        "--customers=" + database,
        "--transactions=" + database,
        "--enriched" + TOPIC + "?format=avro",
        kafka,
        REGISTRY,
        "--pending" + TOPIC,
        "--metrics" + TOPIC,
        "--customerChanges" + TOPIC,
        "--deadLetters" + TOPIC,
        "--scoring=" + NOBODY,
        ledger,
        lake);
    dump(
        name + "-money",
        MoneyEnrichmentOptions.class,
        MoneyEnrichment::assembled,
        "--wallet" + TOPIC,
        "--users" + TOPIC,
        "--sessions" + TOPIC,
        "--enriched" + TOPIC + "?format=avro",
        kafka,
        REGISTRY,
        "--deadLetters=iceberg:bank.money",
        "--sessionService=" + NOBODY,
        lake);
  }

  private <O extends PipelineOptions> void dump(
      String job, Class<O> type, Function<O, Pipeline> assembled, String... arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("--runner=FlinkRunner", "--streaming=true", "--offline=true"));
    all.addAll(List.of(arguments));
    O options = PipelineArguments.parse(type, all);
    int part = 0;
    for (Map.Entry<String, byte[]> dumped :
        JobDump.of(assembled.apply(options), options).entrySet()) {
      String kind = dumped.getKey().replaceAll("\\W+", "-");
      write(job + "/" + kind + "-" + part++, dumped.getValue());
    }
  }

  /** Each input has a line that cannot be read. */
  private void runBounded(Path catalog) throws IOException {
    Path in = folder.resolve("in.jsonl");
    Files.writeString(
        in,
        """
        {"request_id":"r1","applicant_type":"UNKNOWN","amount":10.50,"ssn":"900-01-0001","ts":"2026-01-05T12:00:00Z"}
        {"broken
        """);
    String input = "=file:" + in;
    String output = "=file:" + folder.resolve("out");
    run(
        "loans",
        LoanDecisionsOptions.class,
        LoanDecisions::run,
        "--applications" + input,
        "--decisions" + output + "/decisions",
        "--deadLetters" + output + "/loans",
        "--bureau=" + NOBODY,
        "--bureauPatience=0s",
        "--ledger=iceberg:bank",
        "--catalog=" + catalog);
    run(
        "applications",
        LoanDecisionsOptions.class,
        LoanDecisions::run,
        "--applications=iceberg:bank.applications",
        "--decisions" + output + "/none",
        "--deadLetters" + output + "/none-rejected",
        "--bureau=" + NOBODY,
        "--bureauPatience=0s",
        "--catalog=" + catalog);
    run(
        "cards",
        CardTransactionsOptions.class,
        CardTransactions::run,
        "--customers" + input,
        "--transactions" + input,
        "--enriched" + output + "/enriched",
        "--deadLetters" + output + "/cards",
        "--scoring=" + NOBODY,
        "--scoringPatience=0s");
    run(
        "money",
        MoneyEnrichmentOptions.class,
        MoneyEnrichment::run,
        "--wallet" + input,
        "--users" + input,
        "--sessions" + input,
        "--enriched" + output + "/money",
        "--deadLetters" + output + "/money-rejected",
        "--sessionService=" + NOBODY,
        "--sessionPatience=0s");
  }

  private <O extends PipelineOptions> void run(
      String job, Class<O> type, Function<O, PipelineResult> run, String... arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("--runner=DirectRunner", "--targetParallelism=1", "--shards=1"));
    all.addAll(List.of(arguments));
    PipelineResult result = run.apply(PipelineArguments.parse(type, all));
    result.waitUntilFinish();
    StringBuilder metrics = new StringBuilder();
    for (MetricResult<Long> counter : result.metrics().allMetrics().getCounters()) {
      metrics.append(counter).append('\n');
    }
    write(job + "/metrics", metrics.toString().getBytes(UTF_8));
  }

  /** Connections that fail: what the user reads, and the log. */
  private void fail() throws IOException {
    Path jdbc =
        catalog(
            "no-database",
            "type=jdbc",
            "uri=jdbc:postgresql://localhost:1/lake",
            "jdbc.user=weir",
            "jdbc.password=env:LAKE_PASSWORD",
            "warehouse=/nowhere");
    Path refused = catalog("password", "type=jdbc", "uri=env:LAKE_URI", "warehouse=/nowhere");
    Path rest = catalog("no-server", "type=rest", "uri=" + NOBODY, "token=env:LAKE_TOKEN");
    for (Path catalog : List.of(jdbc, refused, rest)) {
      command("maintain-ledger", "--ledger=iceberg:bank", "--catalog=" + catalog);
      try {
        LedgerCatalog.read(catalog).open().table("bank.applications");
      } catch (LedgerException e) {
        e.printStackTrace();
      }
    }
    command(
        "loan-decisions",
        "--applications=file:" + folder.resolve("in.jsonl"),
        "--decisions=file:" + folder.resolve("never"),
        "--deadLetters=file:" + folder.resolve("never-either"),
        "--bureau=" + NOBODY);
    command(
        "card-transactions",
        "--customers=postgres://weir@localhost:1/bank",
        "--transactions=postgres://weir@localhost:1/bank",
        "--enriched" + TOPIC,
        "--deadLetters" + TOPIC,
        "--scoring=" + NOBODY);
  }

  private static void command(String... words) {
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    int status = Main.commandLine().setOut(out).setErr(out).execute(words);
    System.out.println(words[0] + " ends with " + status);
  }

  private Path catalog(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name + ".properties"), List.of(lines));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
