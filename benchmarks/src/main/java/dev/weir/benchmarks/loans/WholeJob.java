package dev.weir.benchmarks.loans;

import dev.weir.benchmarks.compare.Settings;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.EmbeddedFlink;
import java.net.URI;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;

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

  /**
   * Starts Weir's pipeline with the arguments that its own entry point would add.
   *
   * @param delivery {@code at-least-once}, as the native job, or {@code exactly-once}
   */
  Running weir(String applications, String decisions, String deadLetters, String delivery) {
    LoanDecisionsOptions options = Settings.of(cluster).as(LoanDecisionsOptions.class);
    options.setApplications("kafka://" + brokers + "/" + applications);
    options.setDecisions("kafka://" + brokers + "/" + decisions);
    options.setDeadLetters("kafka://" + brokers + "/" + deadLetters);
    options.setBureau(bureau.toString());
    options.setDelivery(delivery);
    PipelineResult job = LoanDecisions.run(options);
    return job::cancel;
  }

  /** Starts the job written directly for Flink. */
  Running nativeFlink(String applications, String decisions, String deadLetters) throws Exception {
    return NativeJob.start(cluster, brokers, bureau, List.of(applications, decisions, deadLetters));
  }
}
