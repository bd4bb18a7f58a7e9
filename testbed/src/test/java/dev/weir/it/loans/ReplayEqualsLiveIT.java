package dev.weir.it.loans;

import static dev.weir.testing.Eventually.eventually;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three days of applications, each time in another order, except that applications with the same
 * request_id keep theirs. The decisions always equal a plain computation of the rules.
 */
@Timeout(900)
class ReplayEqualsLiveIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = Long.getLong("weir.replay.seed", 20_260_105);
  private static final int APPLICATIONS = 1700;
  private static final int RECORDS = 2000;
  private static final Duration APART = Duration.ofDays(3).dividedBy(RECORDS);

  /** How far apart repeats are in event time; exactly 24 hours still counts as a repeat. */
  private static final List<Duration> REPEATS =
      List.of(
          Duration.ZERO,
          Duration.ofSeconds(1),
          Duration.ofHours(23).plusMinutes(59),
          Duration.ofHours(24),
          Duration.ofHours(24).plusMillis(1),
          Duration.ofHours(24).plusMinutes(1),
          Duration.ofHours(47));

  private static final History HISTORY = new History();

  @TempDir private static Path folder;
  private static EmbeddedStack stack;

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
  void liveThroughKafkaOnFlink() {
    List<Loan> arriving = HISTORY.inOrderOfTime();
    try (LoanRun run = new LoanRun(stack, "live").start()) {
      for (int from = 0; from < RECORDS; from += 250) {
        int to = from + 250;
        for (Loan loan : arriving.subList(from, to)) {
          boolean isFuture = loan.ts().isAfter(Loan.NOON.plus(Duration.ofDays(10)));
          run.send(isFuture ? null : loan.ts().toEpochMilli(), loan.key(), loan.avro());
        }
        // The job takes time too, so event time advances and state is freed during the test.
        eventually(
            () -> run.decisions().size() + run.deadLetters().size() + run.duplicates(),
            is((long) to));
      }
      HISTORY.assertDecided("live", run.decisions().lines(), run.deadLetters().lines());
    }
  }

  @Test
  void linesOnFlinkBatch() {
    String input = LoanFiles.writeLines(folder.resolve("batch-in"), HISTORY.shuffled(1));

    replay(
        "batch",
        "--runner=FlinkRunner",
        "--flinkMaster=" + stack.flink().master(),
        "--filesToStage=" + stack.flink().filesToStage(),
        "--parallelism=2",
        "--applications=" + input);
  }

  @Test
  void linesOnTheDirectRunner() {
    String input = LoanFiles.writeLines(folder.resolve("direct-in"), HISTORY.shuffled(2));

    replay(
        "direct",
        "--runner=DirectRunner",
        "--enforceImmutability=true",
        "--enforceEncodability=true",
        "--applications=" + input);
  }

  @Test
  void containersOnTheDirectRunner() {
    String input = LoanFiles.writeContainers(folder.resolve("avro-in"), HISTORY.shuffled(3));

    replay(
        "avro",
        "--runner=DirectRunner",
        "--enforceImmutability=true",
        "--enforceEncodability=true",
        "--applications=" + input);
  }

  private static void replay(String name, String... more) {
    Path decisions = folder.resolve(name + "-decisions");
    Path deadLetters = folder.resolve(name + "-dead-letters");
    List<String> arguments = new ArrayList<>(Arrays.asList(more));
    arguments.addAll(
        List.of(
            "--shards=8",
            "--decisions=file:" + decisions,
            "--deadLetters=file:" + deadLetters,
            "--bureau=" + stack.bureau().uri()));

    PipelineResult result =
        LoanDecisions.run(PipelineArguments.parse(LoanDecisionsOptions.class, arguments));

    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    HISTORY.assertDecided(name, LoanFiles.lines(decisions), LoanFiles.lines(deadLetters));
  }

  /** The applications, in the order that applications with the same request_id keep. */
  private static final class History {
    private final List<Loan> records = new ArrayList<>();
    private final List<String> decisions = new ArrayList<>();
    private final Map<String, Long> reasons = new TreeMap<>();

    History() {
      Random random = new Random(SEED);
      for (int n = 0; n < APPLICATIONS; n++) {
        Loan loan = Loan.madeUp("r", n, random).at(Loan.NOON.plus(APART.multipliedBy(n)));
        records.add(loan);
      }
      for (int n = APPLICATIONS; n < RECORDS; n++) {
        Loan before = records.get(random.nextInt(APPLICATIONS));
        if (n % 10 == 0) {
          records.add(spoilt(before.requestId("spoilt-" + n), n / 10));
        } else {
          // Another amount and another ssn, to distinguish which of them was decided.
          Duration apart = REPEATS.get(random.nextInt(REPEATS.size()));
          records.add(before.later(apart).amount(n + ".00").ssn("888-88-" + n).unknown());
        }
      }
      records.sort(Comparator.comparing(Loan::ts));
      decide();
    }

    private static Loan spoilt(Loan loan, int way) {
      return switch (way % 6) {
        case 0 -> loan.amount("0.00");
        case 1 -> loan.amount("1000000000.01");
        case 2 -> loan.type("MAYBE");
        case 3 -> loan.ssn(" ");
        case 4 -> loan.requestId("");
        default -> loan.at(Instant.parse("+10000-01-01T00:00:00Z"));
      };
    }

    private void decide() {
      Map<String, List<Instant>> accepted = new HashMap<>();
      for (Loan loan : records) {
        boolean isBlank = loan.requestId().isBlank() || loan.ssn().isBlank();
        if (isBlank || loan.requestId().startsWith("spoilt")) {
          reasons.merge(isBlank ? "MISSING_FIELD" : "INVALID_VALUE", 1L, Long::sum);
          continue;
        }
        List<Instant> times = accepted.computeIfAbsent(loan.requestId(), id -> new ArrayList<>());
        if (times.stream().allMatch(t -> t.plus(Duration.ofHours(24)).isBefore(loan.ts()))) {
          times.add(loan.ts());
          decisions.add(loan.decision());
        }
      }
      Collections.sort(decisions);
      assertThat("some are decided twice", decisions.size(), is(greaterThan(APPLICATIONS)));
      assertThat(
          "some are not", decisions.size(), is(org.hamcrest.Matchers.lessThan(RECORDS - 100)));
    }

    /** In any order. */
    List<Loan> shuffled(long seed) {
      List<Loan> shuffled = new ArrayList<>(records);
      Collections.shuffle(shuffled, new Random(SEED + seed));
      return keepingEachIdsOrder(shuffled);
    }

    /** In the order of their times, with less than the allowed disorder. */
    List<Loan> inOrderOfTime() {
      Random random = new Random(SEED);
      Map<Loan, Instant> arrival = new HashMap<>();
      records.forEach(loan -> arrival.put(loan, loan.ts().plusMillis(random.nextInt(19_000))));
      List<Loan> arriving = new ArrayList<>(records);
      arriving.sort(Comparator.comparing(arrival::get));
      return keepingEachIdsOrder(arriving);
    }

    private List<Loan> keepingEachIdsOrder(List<Loan> loans) {
      Map<String, List<Loan>> byId =
          records.stream().collect(groupingBy(Loan::requestId, HashMap::new, toArrayList()));
      return loans.stream().map(loan -> byId.get(loan.requestId()).remove(0)).toList();
    }

    private static java.util.stream.Collector<Loan, ?, List<Loan>> toArrayList() {
      return java.util.stream.Collectors.toCollection(ArrayList::new);
    }

    void assertDecided(String run, Collection<String> lines, Collection<String> letters) {
      String which = run + ", seed " + SEED;
      assertThat(which, lines.stream().sorted().toList(), equalTo(decisions));
      assertThat(
          which,
          letters.stream().collect(groupingBy(History::reason, TreeMap::new, counting())),
          equalTo(reasons));
    }

    private static String reason(String letter) {
      try {
        return JSON.readTree(letter).get("reason").textValue();
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
