package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Mutation;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever its bytes, a record is decided, a duplicate or a dead letter, and affects no other. */
@Timeout(900)
class PipelineFuzzIT {
  private static final int RECORDS = 3000;

  /** Fixed, so that failures can be repeated; {@code -Dweir.fuzz.seed} sets another one. */
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_105);

  @TempDir private static Path folder;
  private static EmbeddedStack stack;

  private final Random random = new Random(SEED);
  private final Mutation mutation = new Mutation(random);

  @BeforeAll
  static void start() {
    stack =
        EmbeddedStack.start(
            folder,
            0,
            0,
            BureauMock.healthy().withLatency(Duration.ofMillis(2), Duration.ofMillis(20)),
            2,
            0);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void mutatedRecordsOnATopicAreDecidedOrDeadLetters() {
    try (LoanRun run = new LoanRun(stack, "fuzz").start()) {
      for (int n = 0; n < RECORDS; n++) {
        Loan loan = Loan.madeUp("fuzz", random.nextInt(RECORDS), random);
        run.send(null, random.nextInt(10) == 0 ? null : loan.key(), mutation.of(loan.avro()));
      }

      eventually(
          "seed " + SEED,
          () -> run.decisions().size() + run.duplicates() + run.deadLetters().size(),
          is((long) RECORDS));
      assertThat(run.decisions().size(), is(greaterThan(RECORDS / 10)));
      assertThat(run.deadLetters().size(), is(greaterThan(RECORDS / 10)));
      assertThat(run.duplicates(), is(greaterThan(RECORDS / 100L)));
      assertDistinct(run.deadLetters().lines());

      Loan healthy = aLoan("healthy").unknown();
      run.send(List.of(healthy));
      eventually(() -> run.decisions().lines(), hasItem(healthy.decision()));
      assertThat(
          run.decisions().size() + run.duplicates() + run.deadLetters().size(), is(RECORDS + 1L));
    }
  }

  @Test
  void mutatedLinesOfAFileAreDecidedOrDeadLetters() throws IOException {
    Path input = folder.resolve("fuzz.jsonl");
    Loan healthy = aLoan("healthy").unknown();
    try (OutputStream lines = Files.newOutputStream(input)) {
      for (int n = 0; n < RECORDS; n++) {
        Loan loan = Loan.madeUp("fuzz", random.nextInt(RECORDS), random);
        lines.write(mutation.of(loan.json().getBytes(UTF_8)));
        lines.write('\n');
      }
      lines.write((healthy.json() + "\n").getBytes(UTF_8));
    }
    // A mutation may insert a line break, which splits the line.
    long records =
        Arrays.stream(Files.readString(input, ISO_8859_1).split("\n"))
            .filter(line -> !line.matches("[ \t\r]*"))
            .count();

    PipelineResult result =
        LoanDecisions.run(
            PipelineArguments.parse(
                LoanDecisionsOptions.class,
                List.of(
                    "--runner=DirectRunner",
                    "--enforceImmutability=true",
                    "--enforceEncodability=true",
                    "--shards=8",
                    "--applications=file:" + input,
                    "--decisions=file:" + folder.resolve("decisions"),
                    "--deadLetters=file:" + folder.resolve("dead-letters"),
                    "--bureau=" + stack.bureau().uri())));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));

    List<String> decisions = LoanFiles.lines(folder.resolve("decisions"));
    List<String> deadLetters = LoanFiles.lines(folder.resolve("dead-letters"));
    assertThat(
        "seed " + SEED, decisions.size() + duplicates(result) + deadLetters.size(), is(records));
    assertThat(decisions.size(), is(greaterThan(RECORDS / 10)));
    assertThat(deadLetters.size(), is(greaterThan(RECORDS / 10)));
    assertThat(decisions, hasItem(healthy.decision()));
    assertDistinct(deadLetters);
  }

  private static void assertDistinct(List<String> deadLetters) {
    assertThat(new HashSet<>(deadLetters).size(), is(deadLetters.size()));
  }

  private static long duplicates(PipelineResult result) {
    long sum = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("weir", "duplicates")).build();
    for (var step : result.metrics().queryMetrics(filter).getCounters()) {
      sum += step.getAttempted();
    }
    return sum;
  }
}
