package dev.weir.kafka;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The argument that {@link ReadTopic} reads from the options of the running job. Everything else
 * about a source comes back with the snapshot that a job is restored from; this is a decision about
 * the restored job.
 */
public interface GapOptions extends PipelineOptions {
  @Description(
      "Accepts that records of kafka: inputs are lost: a job whose position in a topic no longer"
          + " exists, because unread records were deleted or the topic was deleted and created"
          + " again, continues at the nearest record that exists and logs a warning. Without it,"
          + " the job fails")
  boolean getAllowGaps();

  void setAllowGaps(boolean allowed);
}
