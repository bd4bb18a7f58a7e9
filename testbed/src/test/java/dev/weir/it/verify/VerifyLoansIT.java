package dev.weir.it.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.encoding.PlainJson;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.files.WriteFolder;
import dev.weir.it.CommandRun;
import dev.weir.it.loans.Loan;
import dev.weir.kafka.registry.AvroWireFormat;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.loan.LoanDecision;
import dev.weir.testing.EmbeddedRegistry;
import dev.weir.testing.Pipelines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command verify-output on outputs of loan decisions, on a real broker and real tables. */
@Timeout(300)
class VerifyLoansIT {
  @TempDir private static Path folder;
  private static Outputs outputs;

  private final long seed = Long.getLong("weir.verify.seed", 5);
  private final Random random = new Random(seed);

  @BeforeAll
  static void start() throws Exception {
    outputs = Outputs.start(folder);
  }

  @AfterAll
  static void stop() {
    outputs.close();
  }

  @Test
  void outputsThatAgreePass() throws Exception {
    LoanOutputs loans = new LoanOutputs(outputs, "clean", 40, random);
    String[] options = loans.write();
    // What a consumer does not see is not there.
    outputs.abort(
        "clean-decisions",
        "clean-1",
        PlainJson.write(LoanOutputs.referred(loans.published.get(1))));

    CommandRun run = outputs.verify("loan-decisions", options);

    assertThat(run.err(), is(empty()));
    assertThat(
        withoutAddress(run.out()),
        containsInAnyOrder(
            "--decisions=kafka://clean-decisions: 40 records, 40 of this sink, 0 of other sinks, 0"
                + " without a header",
            "--ledger=iceberg:clean.loan_decisions: 40 rows",
            "--deadLetters=kafka://clean-deadLetters: 2 records, 2 of this sink, 0 of other sinks, 0"
                + " without a header",
            "--applications=kafka://clean-applications: 46 records read, 40 with a decision, 4"
                + " duplicates, 2 dead letters",
            "no differences"));
    assertThat(run.status(), is(0));

    outputs.deleteFirst("clean-decisions", 3);
    CommandRun later = outputs.verify("loan-decisions", options);
    assertThat(
        withoutAddress(later.out()),
        hasItem("--ledger=iceberg:clean.loan_decisions: 40 rows, 6 older than the topic"));
    assertThat(later.out().toString(), later.status(), is(0));
  }

  @Test
  void everyPlantedFaultIsFound() {
    LoanOutputs loans = new LoanOutputs(outputs, "faulty", 100, random);
    List<String> expected = new ArrayList<>();

    LoanDecision twice = loans.next();
    loans.published.add(twice);
    expected.add(
        "--decisions: request_id '%s' is there twice: topic faulty-decisions @; topic"
                .formatted(twice.getRequestId())
            + " faulty-decisions @");

    LoanDecision contradicted = loans.next();
    loans.published.add(LoanOutputs.referred(contradicted));
    expected.add(
        "--decisions: request_id '%s' is there twice, differently: topic faulty-decisions @; topic"
                .formatted(contradicted.getRequestId())
            + " faulty-decisions @; different: status, reason");

    LoanDecision unkept = loans.next();
    loans.rows.remove(unkept);
    expected.add(
        "--ledger: request_id '%s' is missing in table faulty.loan_decisions: topic"
                .formatted(unkept.getRequestId())
            + " faulty-decisions @");

    LoanDecision unpublished = loans.next();
    loans.published.remove(unpublished);
    expected.add(
        "--decisions: request_id '%s' is missing in topic faulty-decisions: table"
                .formatted(unpublished.getRequestId())
            + " faulty.loan_decisions");

    LoanDecision other = loans.next();
    loans.rows.set(loans.rows.indexOf(other), LoanOutputs.referred(other));
    expected.add(
        "--ledger: request_id '%s' differs between the outputs: table faulty.loan_decisions; topic"
                .formatted(other.getRequestId())
            + " faulty-decisions @; different: status, reason");

    loans.letters.add(loans.letters.get(random.nextInt(loans.letters.size())));
    expected.add(
        "--deadLetters: topic/partition/offset/file/line 'faulty-applications/0/%d' is there twice:"
                .formatted(loans.letters.get(loans.letters.size() - 1).getOffset())
            + " topic faulty-deadLetters @; topic faulty-deadLetters @");

    loans.unreadable();
    expected.add(
        "--applications: record 'faulty-applications/0/%d' is unreadable (MALFORMED), but no dead"
                .formatted(loans.applications.size() - 1)
            + " letter: topic faulty-applications @");

    loans.applications.add(Loan.aLoan("undecided").avro());
    expected.add("--applications: record 'undecided' has no result: topic faulty-applications @");

    loans.letter(0);
    expected.add(
        "--deadLetters: topic/partition/offset/file/line 'faulty-applications/0/0' has no record in"
            + " the inputs: topic faulty-deadLetters @");

    LoanDecision invented = LoanOutputs.decision(Loan.aLoan("invented"));
    loans.published.add(invented);
    loans.rows.add(invented);
    expected.add(
        "--decisions: request_id 'invented' has no record in --applications: topic faulty-decisions"
            + " @");

    CommandRun run = outputs.verify("loan-decisions", loans.write());

    assertThat(
        "seed " + seed, differences(run), containsInAnyOrder(expected.toArray(String[]::new)));
    assertThat(run.lastLine(), is("10 differences"));
    assertThat(run.err(), is(empty()));
    assertThat(run.status(), is(1));
  }

  @Test
  void aRunningJobMayBeBehind() {
    LoanOutputs loans = new LoanOutputs(outputs, "running", 30, random);
    loans.rows.remove(loans.next());
    LoanDecision undecided = loans.next();
    loans.published.remove(undecided);
    loans.rows.remove(undecided);
    loans.unreadable();
    String[] options = loans.write();

    CommandRun stopped = outputs.verify("loan-decisions", options);
    CommandRun running = outputs.verify("loan-decisions", with(options, "--running"));

    assertThat(stopped.lastLine(), is("3 differences"));
    assertThat(running.out().toString(), running.status(), is(0));
    assertThat(
        withoutAddress(running.out()),
        hasItem("--ledger=iceberg:running.loan_decisions: 28 rows, 1 not yet committed"));
  }

  @Test
  void anAtLeastOnceJobMayRepeatARecordButNotContradictIt() {
    LoanOutputs loans = new LoanOutputs(outputs, "repeated", 10, random);
    String[] options = loans.write();
    LoanDecision repeated = loans.next();
    for (int n = 0; n < 2; n++) {
      outputs.publish(
          "repeated-decisions", repeated.getRequestId(), PlainJson.write(repeated), null);
    }
    outputs.flush();
    String[] lenient = with(options, "--delivery=at-least-once");

    assertThat(outputs.verify("loan-decisions", options).lastLine(), is("2 differences"));
    assertThat(outputs.verify("loan-decisions", lenient).lastLine(), is("no differences"));

    outputs.publish(
        "repeated-decisions",
        repeated.getRequestId(),
        PlainJson.write(LoanOutputs.referred(repeated)),
        null);
    outputs.flush();
    assertThat(outputs.verify("loan-decisions", lenient).lastLine(), is("1 difference"));
  }

  @Test
  void avroOnATopicIsComparedAsRecords() {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      LoanOutputs loans = new LoanOutputs(outputs, "wire", 10, random);
      LoanDecision other = loans.next();
      loans.rows.set(loans.rows.indexOf(other), LoanOutputs.referred(other));
      loans.write();
      String topic = outputs.topic("wire-avro");
      AvroWireFormat<LoanDecision> format =
          AvroWireFormat.of(SchemaRegistry.at(registry.uri()), "wire-avro");
      loans.published.forEach(
          decision ->
              outputs.publish("wire-avro", decision.getRequestId(), format.apply(decision), null));
      outputs.publish("wire-avro", "r", "no record".getBytes(UTF_8), null);
      outputs.flush();

      CommandRun run =
          outputs.verify(
              "loan-decisions",
              "--decisions=" + topic + "?format=avro",
              "--ledger=iceberg:wire",
              "--schemaRegistry=" + registry.uri());

      assertThat(run.err(), is(empty()));
      assertThat(
          differences(run),
          containsInAnyOrder(
              startsWith(
                  "--decisions: record '?' cannot read a value of LoanDecision: not in the wire"
                      + " format of a schema registry"),
              is(
                  "--ledger: request_id '%s' differs between the outputs: table wire.loan_decisions;"
                          .formatted(other.getRequestId())
                      + " topic wire-avro @; different: status, reason")));
    }
  }

  @Test
  void foldersOfLinesAndContainersAreCompared() {
    LoanOutputs loans = new LoanOutputs(outputs, "files", 10, random);
    LoanDecision lost = loans.next();
    loans.rows.remove(lost);
    loans.write();
    Pipeline pipeline = Pipelines.onDirectRunner();
    var decisions =
        pipeline.apply(
            Create.of(loans.published).withCoder(SingleObjectCoder.of(LoanDecision.class)));
    decisions.apply(
        "Lines", WriteFolder.ofLines(folder.resolve("lines").toString(), LoanDecision.class));
    decisions.apply(
        "Containers",
        WriteFolder.ofContainers(folder.resolve("containers").toString(), LoanDecision.class));
    Pipelines.run(pipeline);

    for (String port : List.of("lines", "containers?format=avro")) {
      CommandRun run =
          outputs.verify(
              "loan-decisions",
              "--decisions=file:" + folder.resolve(port),
              "--ledger=iceberg:files");

      assertThat(run.out().toString(), run.out(), hasSize(4));
      assertThat(
          run.out().get(2),
          matchesPattern(
              "difference: --ledger: request_id '"
                  + lost.getRequestId()
                  + "' is missing in table files.loan_decisions: file .*/part-.*, line [0-9]+"));
      assertThat(run.status(), is(1));
    }
  }

  @Test
  void whatIsMissingIsReportedBeforeAnythingIsRead() {
    String topic = outputs.topic("present");
    String missing = topic.replace("present", "missing");

    CommandRun run =
        outputs.verify("loan-decisions", "--decisions=" + missing, "--ledger=iceberg:nowhere");

    assertThat(run.status(), is(1));
    assertThat(run.out(), is(empty()));
    assertThat(
        run.err(),
        contains(
            startsWith("--decisions: there is no topic missing at "),
            startsWith("--ledger: table nowhere.loan_decisions does not exist in the catalog ")));
  }

  private static String[] with(String[] options, String more) {
    return Stream.concat(Arrays.stream(options), Stream.of(more)).toArray(String[]::new);
  }

  private static List<String> withoutAddress(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll("//localhost:[0-9]+/", "//")).toList();
  }

  /** The differences that were printed, with {@code @} for places on a topic. */
  static List<String> differences(CommandRun run) {
    return run.out().stream()
        .filter(line -> line.startsWith("difference: "))
        .map(line -> line.substring("difference: ".length()))
        .map(line -> line.replaceAll(", partition [0-9]+, offset [0-9]+", " @"))
        .toList();
  }
}
