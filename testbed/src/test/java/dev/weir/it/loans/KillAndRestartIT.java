package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.httpservice.Behaviour;
import dev.weir.it.Checkpoints;
import dev.weir.it.FailingOnce;
import dev.weir.it.FailingOnce.Place;
import dev.weir.local.FlinkRest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that are killed, and continue from their last checkpoint. */
@Timeout(900)
public class KillAndRestartIT {
  private static final Behaviour SLOW = BureauMock.healthy();
  private static final Behaviour PROMPT =
      SLOW.withLatency(Duration.ofMillis(2), Duration.ofMillis(20));
  private static final String[] OFTEN = {
    "--checkpointingInterval=500",
    "--externalizedCheckpointsEnabled=true",
    "--retainExternalizedCheckpointsOnCancellation=true"
  };

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static FlinkRest rest;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(folder, 0, 0, SLOW, 2, 3);
    rest = new FlinkRest(stack.flink());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void behave() {
    stack.bureau().behave(SLOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void everyQuestionThatWasOpenIsAskedAgain(String backend) {
    Applications made = new Applications("open-" + backend, 400, new Random(1));
    stack.bureau().behave(SLOW.withHangRate(1));
    try (LoanRun run = new LoanRun(stack, "open-" + backend)) {
      run.send(made.sent);
      long read = stack.flink().counted("records_read");
      run.start(options(backend));
      eventually(() -> stack.flink().counted("records_read") - read, is((long) made.sent.size()));
      eventually(() -> run.decisions().size(), is(made.known));
      Checkpoints checkpoints = checkpoints();
      checkpoints.awaitOneFromNowOn();
      assertThat(stack.bureau().stats().inFlight(), greaterThan(0L));
      run.cancel();

      stack.bureau().behave(PROMPT);
      long questions = stack.bureau().stats().questions();
      run.start(options(backend, "--savepointPath=" + checkpoints.path()));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(made.decisions.size()));

      assertThat(new TreeSet<>(run.decisions().lines()), equalTo(made.decisions));
      assertThat("nothing is decided again", run.decisions().size(), is(made.decisions.size()));
      assertThat(
          stack.bureau().stats().questions() - questions,
          is((long) (made.decisions.size() - made.known)));
    }
    eventually(KillAndRestartIT::requestThreads, is(0L));
  }

  @ParameterizedTest
  @CsvSource({"heap,1", "rocksdb,3"})
  void aJobKilledAtAnyMomentContinuesFromItsLastCheckpoint(String backend, long seed) {
    Random random = new Random(Long.getLong("weir.kill.seed", seed));
    Applications made = new Applications("killed-" + seed, 1_000, random);
    int first = 250 + random.nextInt(500);
    int killAt = 1 + random.nextInt(first / 2);
    try (LoanRun run = new LoanRun(stack, "killed-" + seed)) {
      run.start(options(backend));
      Checkpoints checkpoints = checkpoints();
      eventually(checkpoints::last, greaterThan(0));
      run.send(made.sent.subList(0, first));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(killAt));
      // The job continues with state, not from the beginning.
      checkpoints.awaitOneFromNowOn();
      // From now on no unknown applicant is decided, so questions are open when the job is killed.
      stack.bureau().behave(SLOW.withHangRate(1));
      run.send(made.sent.subList(first, made.sent.size()));
      String when = "seed " + seed + ", killed at " + killAt + " of " + first;
      eventually(when, () -> stack.bureau().stats().inFlight(), greaterThan(0L));
      run.cancel();
      int decided = run.decisions().size();
      assertThat(when, decided, is(lessThan(made.decisions.size())));

      stack.bureau().behave(SLOW);
      run.start(options(backend, "--savepointPath=" + checkpoints.path()));
      made.assertDecided(when, run);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStepThatThrowsRestartsFromTheLastCheckpoint(Place place) {
    Random random = new Random(4 + place.ordinal());
    Applications made = new Applications("thrown-" + place, 800, random);
    AtomicLong inFlight = new AtomicLong();
    FailingOnce.after(Long.MAX_VALUE, () -> {});
    try (LoanRun run = new LoanRun(stack, "thrown-" + place)) {
      // So few in flight that some are still open when the step throws.
      run.start(options -> FailingOnce.run(options, place), options("heap", "--bureauInFlight=8"));
      String job = rest.job();
      run.send(made.sent.subList(0, 500));
      eventually(() -> stack.bureau().stats().inFlight(), greaterThan(0L));
      Checkpoints checkpoints = new Checkpoints(folder, job);
      int before = checkpoints.last();
      eventually(checkpoints::last, greaterThan(before));
      FailingOnce.after(
          1 + random.nextInt(100), () -> inFlight.set(stack.bureau().stats().inFlight()));
      run.send(made.sent.subList(500, 800));

      eventually(FailingOnce::hasFailed, is(true));
      assertThat(inFlight.get(), greaterThan(0L));
      made.assertDecided(place.name(), run);
      eventually(() -> rest.restores(job), is(1L));
    }
  }

  private static String[] options(String backend, String... more) {
    List<String> options = new ArrayList<>(List.of(OFTEN));
    // A few hundred questions are open at a time, and it takes some seconds to ask them all.
    options.add("--bureauBatch=10");
    if (Stream.of(more).noneMatch(option -> option.startsWith("--bureauInFlight="))) {
      options.add("--bureauInFlight=24");
    }
    // Hanging questions are killed and later ones answered, however slow the machine is.
    options.add("--bureauTimeout=10m");
    if (backend.equals("rocksdb")) {
      options.add("--stateBackend=rocksdb");
      options.add("--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri());
    }
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private static Checkpoints checkpoints() {
    return new Checkpoints(folder, rest.job());
  }

  private static long requestThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("service-request"))
        .count();
  }

  /** Applications and repeats; deciding a repeat would give a different decision. */
  private static final class Applications {
    final List<Loan> sent = new ArrayList<>();
    final Set<String> decisions = new TreeSet<>();
    int known;

    Applications(String run, int count, Random random) {
      List<Loan> accepted = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        if (n > 0 && random.nextInt(10) == 0) {
          Loan before = accepted.get(random.nextInt(accepted.size()));
          sent.add(before.unknown().amount("4999.99").ssn("888-88-%04d".formatted(n)));
        } else {
          Loan loan = Loan.madeUp(run, n, random);
          sent.add(loan);
          accepted.add(loan);
          decisions.add(loan.decision());
          known += loan.isKnown() ? 1 : 0;
        }
      }
    }

    /** Every application has its decision; a decision that is written twice has the same bytes. */
    void assertDecided(String when, LoanRun run) {
      eventually(when, () -> new TreeSet<>(run.decisions().lines()), equalTo(decisions));
      // A record after the last application comes after everything that can still be published.
      List<Loan> last = new ArrayList<>();
      for (int n = 0; n < 50; n++) {
        last.add(aLoan("last-" + n).ssn("777-77-%04d".formatted(n)).unknown());
      }
      run.send(last);
      Set<String> all = new TreeSet<>(decisions);
      last.forEach(loan -> all.add(loan.decision()));
      eventually(when, () -> new TreeSet<>(run.decisions().lines()), equalTo(all));
    }
  }
}
