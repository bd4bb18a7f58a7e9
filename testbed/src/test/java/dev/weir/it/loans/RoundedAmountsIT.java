package dev.weir.it.loans;

import static dev.weir.it.FuzzedLines.counted;
import static dev.weir.it.loans.Loan.aLoan;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.bureaumock.BureauMock;
import dev.weir.it.FuzzedLines;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts with many decimals, as generators write doubles, from a file to the decisions. */
@Timeout(300)
class RoundedAmountsIT {
  private static final List<Loan> LOANS =
      List.of(
          aLoan("datagen").unknown().amount("3417.5912345678"),
          aLoan("tie").amount("100.005"),
          aLoan("below").amount("100.00499999"),
          aLoan("cents").amount("250.50"),
          aLoan("nothing").amount("0.004"),
          aLoan("cent").amount("0.005"),
          aLoan("most").amount("999999999.999"));

  private static final List<String> DECISIONS =
      List.of(
          LOANS.get(0).amount("3417.59").decision(),
          LOANS.get(1).amount("100.01").decision(),
          LOANS.get(2).amount("100.00").decision(),
          LOANS.get(3).decision(),
          LOANS.get(5).amount("0.01").decision(),
          LOANS.get(6).amount("1000000000.00").decision());

  private static final String MORE_THAN_CENTS = "amount has more than two decimals";

  @TempDir private static Path folder;
  private static EmbeddedFlink flink;
  private static BureauMock bureau;

  @BeforeAll
  static void start() {
    flink = EmbeddedFlink.start(folder.resolve("flink"), 2, 0);
    bureau = BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0);
  }

  @AfterAll
  static void stop() {
    bureau.close();
    flink.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void doublesInAvroFilesAreRoundedToCents(String runner) {
    Run run = run(runner, LoanFiles.writeContainers(folder.resolve("avro-" + runner), LOANS));

    assertThat(run.decisions, containsInAnyOrder(DECISIONS.toArray()));
    assertThat(run.refused, contains("amount is not above 0 and at most 1e9"));
    assertThat(run.rounded, is(5L));
  }

  @Test
  void inJsonMoreThanTwoDecimalsAreDeadLetters() {
    Run run = run("DirectRunner", LoanFiles.writeLines(folder.resolve("json"), LOANS));

    assertThat(run.decisions, contains(LOANS.get(3).decision()));
    assertThat(run.refused, is(LOANS.stream().skip(1).map(l -> MORE_THAN_CENTS).toList()));
    assertThat(run.rounded, is(0L));
  }

  @Test
  void inJsonTheyAreRoundedOnRequest() {
    Run run =
        run(
            "DirectRunner",
            LoanFiles.writeLines(folder.resolve("rounded"), LOANS),
            "--roundAmounts");

    assertThat(run.decisions, containsInAnyOrder(DECISIONS.toArray()));
    assertThat(run.refused, contains("amount is not above 0 and at most 1e9"));
    assertThat(run.rounded, is(5L));
  }

  private record Run(List<String> decisions, List<String> refused, long rounded) {}

  private Run run(String runner, String applications, String... more) {
    Path out = folder.resolve("out-" + runner + "-" + applications.hashCode());
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(
        List.of(
            "--runner=" + runner,
            "--shards=8",
            // Longer than a busy machine takes.
            "--bureauTimeout=2m",
            "--applications=" + applications,
            "--decisions=file:" + out.resolve("decisions"),
            "--deadLetters=file:" + out.resolve("dead-letters"),
            "--bureau=" + bureau.uri()));
    if (runner.equals("FlinkRunner")) {
      arguments.add("--flinkMaster=" + flink.master());
      arguments.add("--filesToStage=" + flink.filesToStage());
      arguments.add("--parallelism=2");
    }
    PipelineResult result =
        LoanDecisions.run(PipelineArguments.parse(LoanDecisionsOptions.class, arguments));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    return new Run(
        LoanFiles.lines(out.resolve("decisions")),
        FuzzedLines.json(out.resolve("dead-letters")).stream()
            .map(letter -> letter.get("detail"))
            .map(JsonNode::textValue)
            .toList(),
        counted(result, "amounts_rounded"));
  }
}
