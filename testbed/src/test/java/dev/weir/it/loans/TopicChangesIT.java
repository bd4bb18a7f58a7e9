package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.NOON;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Checkpoints;
import dev.weir.local.FlinkRest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose topic changes while they run, or between a checkpoint and the restart from it. */
@Timeout(900)
class TopicChangesIT {
  private static final String[] OFTEN = {
    "--checkpointingInterval=500",
    "--externalizedCheckpointsEnabled=true",
    "--retainExternalizedCheckpointsOnCancellation=true",
    // Longer than a busy machine takes.
    "--bureauTimeout=2m"
  };

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static Admin admin;

  private final FlinkRest rest = new FlinkRest(stack.flink());
  private int made;

  @BeforeAll
  static void start() {
    stack =
        EmbeddedStack.start(
            folder,
            0,
            0,
            BureauMock.healthy().withLatency(Duration.ofMillis(2), Duration.ofMillis(20)),
            2,
            1);
    admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    stack.close();
  }

  @Test
  void aJobThatRetentionHasOvertakenFailsUnlessGapsAreAllowed() {
    List<Loan> all = loans("gone", 9);
    try (LoanRun run = new LoanRun(stack, "gone")) {
      run.start(options());
      all.subList(0, 3).forEach(loan -> run.send(0, NOON, loan));
      assertDecided(run, all.subList(0, 3));
      String checkpoint = checkpointAndCancel(run);
      all.subList(3, 8).forEach(loan -> run.send(0, NOON, loan));
      deleteUpTo(run.applications(), 0, 7);

      run.start(options("--savepointPath=" + checkpoint, "--jobName=gone"));
      eventually(run::state, is(State.FAILED));
      assertThat(run.decisions().lines().size(), is(3));

      run.start(options("--savepointPath=" + checkpoint, "--allowGaps"));
      run.send(0, NOON, all.get(8));
      List<Loan> decided = new ArrayList<>(all.subList(0, 3));
      decided.addAll(all.subList(7, 9));
      assertDecided(run, decided);
      eventually(() -> stack.flink().counted("offsets_skipped"), is(4L));
    }
  }

  @Test
  void addedPartitionsAreReadFromTheirBeginningAndPositionsAreCommitted() {
    List<Loan> all = loans("grown", 6);
    try (LoanRun run = new LoanRun(stack, "grown")) {
      run.start(options());
      run.send(3, NOON, all.get(0));
      assertDecided(run, all.subList(0, 1));
      eventually(() -> committed(run, "loan-decisions"), is(1L));

      grow(run.applications(), 6);
      run.send(5, NOON, all.get(1));
      run.send(4, NOON, all.get(2));
      run.send(3, NOON, all.get(3));
      assertDecided(run, all.subList(0, 4));
      eventually(() -> committed(run, "loan-decisions"), is(4L));

      String checkpoint = checkpointAndCancel(run);
      grow(run.applications(), 7);
      run.send(6, NOON, all.get(4));
      run.start(options("--savepointPath=" + checkpoint));
      run.send(5, NOON, all.get(5));
      assertDecided(run, all);
      eventually(() -> stack.flink().counted("partitions_added"), is(3L));
    }
  }

  @Test
  void aJobThatIsRestoredFromTheSavepointOfADrainFails() {
    List<Loan> all = loans("drained", 4);
    try (LoanRun run = new LoanRun(stack, "drained")) {
      run.start(options());
      all.subList(0, 3).forEach(loan -> run.send(0, NOON, loan));
      assertDecided(run, all.subList(0, 3));
      String savepoint = rest.drainWithSavepoint(rest.job(), folder.resolve("drained").toUri());

      run.start(options("--savepointPath=" + savepoint, "--jobName=drained"));
      run.send(0, NOON, all.get(3));
      eventually(run::state, is(State.FAILED));
      assertThat(rest.failure("drained").orElseThrow(), containsString("the job was drained"));
      assertThat(run.decisions().lines().size(), is(3));
    }
  }

  private String checkpointAndCancel(LoanRun run) {
    Checkpoints checkpoints = new Checkpoints(folder, rest.job());
    checkpoints.awaitOneFromNowOn();
    run.cancel();
    return checkpoints.path();
  }

  private List<Loan> loans(String name, int count) {
    Random random = new Random(name.hashCode());
    return Stream.generate(() -> Loan.madeUp(name, made++, random).unknown()).limit(count).toList();
  }

  private static void assertDecided(LoanRun run, List<Loan> loans) {
    eventually(() -> run.decisions().lines().size(), greaterThanOrEqualTo(loans.size()));
    assertThat(
        run.decisions().lines(), containsInAnyOrder(loans.stream().map(Loan::decision).toArray()));
  }

  private static String[] options(String... more) {
    List<String> options = new ArrayList<>(List.of(OFTEN));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  /** The sum of a group's positions in the topic. */
  private static long committed(LoanRun run, String group) {
    return done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .entrySet()
        .stream()
        .filter(position -> position.getKey().topic().equals(run.applications()))
        .mapToLong(position -> position.getValue().offset())
        .sum();
  }

  private static void grow(String topic, int partitions) {
    done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    eventually(
        () ->
            done(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .size(),
        is(partitions));
  }

  private static void deleteUpTo(String topic, int partition, long offset) {
    done(
        admin
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  private static <T> T done(Future<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
