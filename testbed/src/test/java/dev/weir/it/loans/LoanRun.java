package dev.weir.it.loans;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Checkpoints;
import dev.weir.it.Feed;
import dev.weir.it.Tape;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The loan-decisions pipeline as a live job with its own three topics. */
public final class LoanRun implements AutoCloseable {
  private final EmbeddedStack stack;
  private final String name;
  private final Feed feed;
  private final Tape decisions;
  private final Tape deadLetters;
  private PipelineResult job;
  private long duplicatesBefore;

  /** Starts a job with options; the test determines how. */
  @FunctionalInterface
  interface Starter {
    PipelineResult start(LoanDecisionsOptions options);
  }

  /**
   * Creates the topics; nothing runs yet.
   *
   * @param name unique among the runs on the stack
   */
  public LoanRun(EmbeddedStack stack, String name) {
    this.stack = stack;
    this.name = name;
    stack.createTopics(applications(), name + "-decisions", name + "-dead-letters");
    feed = new Feed(stack.kafka().bootstrapServers());
    decisions = new Tape(stack.kafka(), name + "-decisions");
    deadLetters = new Tape(stack.kafka(), name + "-dead-letters");
  }

  String applications() {
    return name + "-applications";
  }

  /**
   * Submits the job, as a user would.
   *
   * @param more arguments, which take precedence over those of every job here
   */
  public LoanRun start(String... more) {
    return start(LoanDecisions::run, more);
  }

  public LoanRun start(Starter starter, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    String[] standard = {
      "--runner=FlinkRunner",
      "--flinkMaster=" + stack.flink().master(),
      "--filesToStage=" + stack.flink().filesToStage(),
      "--attachedMode=false",
      "--parallelism=2",
      Checkpoints.FEW_KEY_GROUPS,
      "--shards=16",
      "--applications=" + stack.topic(applications()),
      "--decisions=" + stack.topic(name + "-decisions"),
      "--deadLetters=" + stack.topic(name + "-dead-letters"),
      "--bureau=" + stack.bureau().uri()
    };
    for (String argument : standard) {
      String option = argument.substring(0, argument.indexOf('=') + 1);
      if (Arrays.stream(more).noneMatch(given -> given.startsWith(option))) {
        arguments.add(argument);
      }
    }
    duplicatesBefore = stack.flink().counted("duplicates");
    job = starter.start(PipelineArguments.parse(LoanDecisionsOptions.class, arguments));
    return this;
  }

  /** Cancels the job without a savepoint, and waits until it is gone. */
  public void cancel() {
    try {
      job.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    eventually(() -> job.getState().isTerminal(), is(true));
  }

  PipelineResult.State state() {
    return job.getState();
  }

  /** Sends applications to the topic, in this order, stamped with the time of sending. */
  public void send(List<Loan> loans) {
    loans.forEach(loan -> send(null, loan.key(), loan.avro()));
    feed.flush();
  }

  /**
   * Sends a record to the topic.
   *
   * @param timestamp null for the time of sending
   */
  public Future<RecordMetadata> send(Long timestamp, byte[] key, byte[] value) {
    return feed.send(new ProducerRecord<>(applications(), null, timestamp, key, value));
  }

  /** Sends an application to a partition, stamped with a time. */
  public void send(int partition, Instant timestamp, Loan loan) {
    feed.send(
        new ProducerRecord<>(
            applications(), partition, timestamp.toEpochMilli(), loan.key(), loan.avro()));
    feed.flush();
  }

  /** Returns where a sent record is, as {@code topic/partition/offset}. */
  public static String place(Future<RecordMetadata> sent) {
    try {
      RecordMetadata place = sent.get();
      return place.topic() + "/" + place.partition() + "/" + place.offset();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns how many the job dropped; valid only if no other job runs on the cluster. */
  long duplicates() {
    return stack.flink().counted("duplicates") - duplicatesBefore;
  }

  public Tape decisions() {
    return decisions;
  }

  Tape deadLetters() {
    return deadLetters;
  }

  @Override
  public void close() {
    feed.close();
    decisions.close();
    deadLetters.close();
    if (job != null && !job.getState().isTerminal()) {
      cancel();
    }
  }
}
