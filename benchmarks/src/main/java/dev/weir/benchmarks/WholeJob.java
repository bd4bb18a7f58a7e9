package dev.weir.benchmarks;

import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.EmbeddedFlink;
import java.net.URI;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Runs the whole pipeline from Kafka to Kafka, with Weir and with {@link NativeJob}. */
final class WholeJob {
  private final EmbeddedFlink cluster;
  private final String brokers;
  private final URI bureau;

  WholeJob(EmbeddedFlink cluster, String brokers, URI bureau) {
    this.cluster = cluster;
    this.brokers = brokers;
    this.bureau = bureau;
  }

  /** Starts Weir's pipeline with the arguments that its own entry point would add. */
  Running weir(String applications, String decisions, String deadLetters) {
    LoanDecisionsOptions options =
        Settings.of(PipelineOptionsFactory.as(FlinkPipelineOptions.class), cluster)
            .as(LoanDecisionsOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setApplications("kafka://" + brokers + "/" + applications);
    options.setDecisions("kafka://" + brokers + "/" + decisions);
    options.setDeadLetters("kafka://" + brokers + "/" + deadLetters);
    options.setBureau(bureau.toString());
    // As the native job.
    options.setDelivery("at-least-once");
    PipelineResult job = LoanDecisions.run(options);
    return job::cancel;
  }

  /** Starts the job written directly for Flink. */
  Running nativeFlink(String applications, String decisions, String deadLetters) throws Exception {
    return NativeJob.start(cluster, brokers, bureau, List.of(applications, decisions, deadLetters));
  }
}
