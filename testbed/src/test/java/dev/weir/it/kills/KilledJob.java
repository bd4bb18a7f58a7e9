package dev.weir.it.kills;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.FlinkProcesses;
import dev.weir.embedded.KafkaProcess;
import dev.weir.it.Checkpoints;
import dev.weir.it.CommandRun;
import dev.weir.local.FlinkRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.beam.sdk.PipelineResult;

/** A live job on processes that are killed. It continues from its last checkpoint. */
final class KilledJob implements AutoCloseable {
  private final FlinkProcesses flink;
  private final KafkaProcess kafka;
  private final Function<List<String>, PipelineResult> pipeline;
  private final List<String> ports;
  private final List<String> arguments;
  private final Random random;
  private final FlinkRest rest;
  private PipelineResult result;
  private Checkpoints checkpoints;
  private String restored;

  /**
   * @param pipeline starts the job, given its arguments
   * @param ports the inputs, outputs and services of the job
   */
  KilledJob(
      FlinkProcesses flink,
      KafkaProcess kafka,
      Function<List<String>, PipelineResult> pipeline,
      List<String> ports,
      Random random) {
    this.flink = flink;
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.random = random;
    this.rest = new FlinkRest(flink.master());
    this.ports = List.copyOf(ports);
    arguments = new ArrayList<>(ports);
    arguments.addAll(
        List.of(
            "--runner=FlinkRunner",
            "--flinkMaster=" + flink.master(),
            "--filesToStage=" + flink.filesToStage(),
            "--attachedMode=false",
            "--parallelism=2",
            Checkpoints.FEW_KEY_GROUPS,
            "--shards=16",
            "--checkpointingInterval=1000",
            "--externalizedCheckpointsEnabled=true",
            "--retainExternalizedCheckpointsOnCancellation=true"));
  }

  /** The arguments of a job whose state is in RocksDB. */
  static List<String> onRocksDb(FlinkProcesses flink) {
    return List.of(
        "--stateBackend=rocksdb", "--stateBackendStoragePath=" + flink.checkpoints().toUri());
  }

  /**
   * Starts the job, and kills one victim after the other: each when a random number of further
   * records has been published.
   *
   * @param published counts the records that were published so far
   * @param feed sends further input
   * @param most the largest number of records to wait for; the input gives at least as many
   */
  void run(List<Victim> victims, IntSupplier published, Runnable feed, int most) {
    start();
    for (Victim victim : victims) {
      int moment = published.getAsInt() + random.nextInt(most);
      feed.run();
      awaitMoreThan(moment, published, victim + " of " + victims);
      kill(victim);
    }
  }

  private void awaitMoreThan(int moment, IntSupplier published, String next) {
    try {
      eventually("before " + next + " is killed", published::getAsInt, greaterThan(moment));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + flink.report(), e);
    }
  }

  private void start() {
    List<String> all = new ArrayList<>(arguments);
    if (restored != null) {
      all.add("--savepointPath=" + restored);
    }
    result = pipeline.apply(all);
    checkpoints = new Checkpoints(flink.checkpoints().getParent(), rest.job());
  }

  private void kill(Victim victim) {
    switch (victim) {
      case TASK_MANAGER -> killTaskManagers(1);
      case ALL_TASK_MANAGERS -> killTaskManagers(flink.taskManagers());
      case BROKER -> {
        kafka.kill();
        kafka.restart();
      }
      case JOB_MANAGER -> {
        if (restored == null) {
          eventually(checkpoints::last, greaterThan(0));
        }
        flink.killJobManager();
        if (checkpoints.last() > 0) {
          restored = checkpoints.path();
        }
        flink.startJobManager();
        flink.awaitTaskManagers();
        start();
      }
    }
  }

  private void killTaskManagers(int count) {
    for (int n = 0; n < count; n++) {
      flink.killTaskManager(random.nextInt(flink.taskManagers()));
    }
    for (int n = 0; n < count; n++) {
      flink.startTaskManager();
    }
  }

  /** The command that users have finds no differences either. */
  void assertVerified(String when, String name, String... more) {
    List<String> command = new ArrayList<>(List.of("verify-output", name));
    command.addAll(ports);
    command.addAll(List.of(more));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(when + ": " + run, run.status(), is(0));
  }

  /** Cancels the job, and waits until it is gone. */
  @Override
  public void close() {
    if (result != null) {
      try {
        result.cancel();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      eventually(() -> result.getState().isTerminal(), is(true));
    }
  }
}
