package dev.weir.it.cards;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.is;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.embedded.CardStack;
import dev.weir.it.Checkpoints;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;

/** The card-transactions pipeline as a live job with its own lake. */
final class CardRun implements AutoCloseable {
  private final List<String> standard;
  private PipelineResult job;

  /**
   * @param name unique among the runs on the stack
   */
  CardRun(CardStack stack, EmbeddedFlink flink, URI scoring, CardLake lake, String name) {
    stack.createTopics(name + "-dead-letters");
    standard =
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
            "--retainExternalizedCheckpointsOnCancellation=true",
            "--customers=" + stack.customers(),
            "--transactions=" + stack.transactions(),
            "--scoring=" + scoring,
            // Longer than a busy machine takes.
            "--scoringTimeout=20s",
            "--catalog=" + lake.catalogFile(),
            "--ledger=iceberg:bank",
            "--deadLetters=" + stack.topic(name + "-dead-letters"));
  }

  /**
   * @param more arguments, which take precedence over those of every job here
   */
  CardRun start(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    for (String argument : standard) {
      String option = argument.substring(0, argument.indexOf('=') + 1);
      if (Arrays.stream(more).noneMatch(given -> given.startsWith(option))) {
        arguments.add(argument);
      }
    }
    job = CardTransactions.run(PipelineArguments.parse(CardTransactionsOptions.class, arguments));
    return this;
  }

  /** Cancels the job without a savepoint, and waits until it is gone. */
  void cancel() {
    try {
      job.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    eventually(() -> job.getState().isTerminal(), is(true));
  }

  @Override
  public void close() {
    if (job != null && !job.getState().isTerminal()) {
      cancel();
    }
  }
}
