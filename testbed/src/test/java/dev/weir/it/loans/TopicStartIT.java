package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.NOON;
import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Checkpoints;
import dev.weir.it.FailingOnce;
import dev.weir.it.FailingOnce.Place;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.local.FlinkRest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that start in the middle of a topic. */
@Timeout(900)
class TopicStartIT {
  private static final String[] OFTEN = {
    "--checkpointingInterval=500",
    "--externalizedCheckpointsEnabled=true",
    "--retainExternalizedCheckpointsOnCancellation=true",
    // Longer than a busy machine takes.
    "--bureauTimeout=2m"
  };

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static FlinkRest rest;

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
            3);
    rest = new FlinkRest(stack.flink());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void withLatestOnlyRecordsSentAfterTheSubmissionAreDecided() {
    List<Loan> history = loans("history", 40);
    List<Loan> live = loans("live", 20);
    List<Loan> meanwhile = loans("meanwhile", 10);
    List<Loan> after = loans("after", 5);
    List<Loan> expected = new ArrayList<>(live);
    try (LoanRun run = new LoanRun(stack, "latest")) {
      run.send(history);
      long asked = stack.bureau().stats().questions();

      run.start(options("--from=latest"));
      run.send(live);
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(expected.size()));
      assertDecided(run, expected);

      Checkpoints checkpoints = new Checkpoints(folder, rest.job());
      checkpoints.awaitOneFromNowOn();
      run.cancel();
      run.send(meanwhile);
      run.start(options("--from=latest", "--savepointPath=" + checkpoints.path()));
      run.send(after);
      expected.addAll(meanwhile);
      expected.addAll(after);
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(expected.size()));

      assertDecided(run, expected);
      assertThat(stack.bureau().stats().questions() - asked, is((long) expected.size()));
    }
  }

  @Test
  void aTransactionThatIsOpenAtTheSubmissionIsReadWhenItIsCommitted() {
    Loan aborted = aLoan("aborted");
    Loan open = aLoan("open");
    Loan next = aLoan("next");
    try (LoanRun run = new LoanRun(stack, "open");
        KafkaProducer<byte[], byte[]> writer = transactions()) {
      run.send(0, NOON, aLoan("before"));
      writer.beginTransaction();
      writer.send(new ProducerRecord<>(run.applications(), 1, aborted.key(), aborted.avro()));
      writer.abortTransaction();
      writer.beginTransaction();
      writer.send(new ProducerRecord<>(run.applications(), 0, open.key(), open.avro()));
      writer.flush();

      run.start(options("--from=latest"));
      writer.commitTransaction();
      run.send(1, NOON, next);
      eventually(() -> run.decisions().lines().size(), greaterThanOrEqualTo(2));

      assertDecided(run, List.of(open, next));
    }
  }

  @Test
  void aJobThatFailsBeforeItsFirstCheckpointStartsAtTheSameRecordsAgain() {
    List<Loan> live = loans("thrown", 20);
    FailingOnce.after(15, () -> {});
    try (LoanRun run = new LoanRun(stack, "thrown")) {
      run.send(loans("past", 40));
      run.start(
          options -> FailingOnce.run(options, Place.AFTER_READING),
          "--from=latest",
          "--checkpointingInterval=3600000",
          "--bureauTimeout=2m");
      run.send(live);
      eventually(FailingOnce::hasFailed, is(true));
      eventually(() -> new TreeSet<>(run.decisions().lines()).size(), greaterThanOrEqualTo(20));

      assertThat(
          new TreeSet<>(run.decisions().lines()),
          is(new TreeSet<>(live.stream().map(Loan::decision).toList())));
    }
  }

  @Test
  void theOffsetsAreThoseOfTheSubmissionAndDeletedRecordsAreSkipped() {
    List<Loan> all = loans("kept", 6);
    try (LoanRun run = new LoanRun(stack, "kept")) {
      run.send(0, NOON, all.get(0));
      run.send(1, NOON, all.get(1));

      run.start(
          options -> {
            Pipeline submitted = LoanDecisions.assembled(options);
            run.send(0, NOON, all.get(2));
            run.send(1, NOON, all.get(3));
            run.send(1, NOON, all.get(4));
            run.send(1, NOON, all.get(5));
            // From partition 1 the record at which the job is to start, and the one after it.
            deleteUpTo(run.applications(), 1, 3);
            return submitted.run();
          },
          options("--from=latest"));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(2));

      assertDecided(run, List.of(all.get(2), all.get(5)));
    }
  }

  @Test
  void withATimeEachPartitionStartsAtItsFirstRecordFromThatTimeOn() {
    List<Loan> all = loans("timed", 8);
    try (LoanRun run = new LoanRun(stack, "timed")) {
      run.send(0, NOON.minusMillis(1), all.get(0));
      run.send(0, NOON, all.get(1));
      run.send(0, NOON.plusSeconds(60), all.get(2));
      run.send(1, NOON.minusSeconds(60), all.get(3));
      run.send(3, NOON.minusSeconds(60), all.get(4));
      run.send(3, NOON.plusSeconds(60), all.get(5));
      // After the first record of that time, whatever its own timestamp is.
      run.send(3, NOON.minusSeconds(30), all.get(6));

      run.start(options("--from=" + NOON));
      run.send(1, NOON.minusSeconds(20), all.get(7));
      List<Loan> expected = List.of(all.get(1), all.get(2), all.get(5), all.get(6), all.get(7));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(expected.size()));
      Loan last = aLoan("last");
      run.send(2, NOON.minusSeconds(10), last);
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(expected.size() + 1));

      List<Loan> decided = new ArrayList<>(expected);
      decided.add(last);
      assertDecided(run, decided);
      run.cancel();

      all.add(last);
      try (LoanRun whole = new LoanRun(stack, "whole")) {
        whole.start(options("--applications=" + stack.topic(run.applications())));
        eventually(() -> whole.decisions().size(), greaterThanOrEqualTo(all.size()));

        assertDecided(whole, all);
      }
    }
  }

  /** Unknown applicants, each with a different ssn, so that the bureau is asked about each. */
  private List<Loan> loans(String name, int count) {
    Random random = new Random(name.hashCode());
    return new ArrayList<>(
        Stream.generate(() -> Loan.madeUp(name, made++, random).unknown()).limit(count).toList());
  }

  private static void assertDecided(LoanRun run, List<Loan> loans) {
    assertThat(
        run.decisions().lines(), containsInAnyOrder(loans.stream().map(Loan::decision).toArray()));
  }

  private static String[] options(String... more) {
    List<String> options = new ArrayList<>(List.of(OFTEN));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private static void deleteUpTo(String topic, int partition, long offset) {
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KafkaProducer<byte[], byte[]> transactions() {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stack.kafka().bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "topic-start"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }
}
