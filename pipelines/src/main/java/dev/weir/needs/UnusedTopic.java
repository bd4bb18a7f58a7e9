package dev.weir.needs;

import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.once.PublishedBefore;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * An output topic without records of a sink: a job without state would publish all of them again.
 */
record UnusedTopic(String option, KafkaCluster cluster, String topic, String sinkId)
    implements Need {
  @Override
  public String address() {
    return "topic " + topic + " at " + cluster.bootstrapServers();
  }

  @Override
  public List<String> problems() {
    try {
      Optional<String> place = PublishedBefore.find(cluster, topic, sinkId);
      return place.isEmpty()
          ? List.of()
          : problem(refusal(address(), sinkId, " (such as " + place.get() + ")"));
    } catch (KafkaException | IllegalStateException e) {
      // The check of the topic reports what is wrong with it.
      return List.of();
    }
  }

  @Override
  public List<String> unanswered() {
    return problem(
        "the last records of "
            + address()
            + " cannot be read within "
            + Needs.LIMIT.toSeconds()
            + " s, to find out whether it has records of the sink id '"
            + sinkId
            + "'; try again, or start with --takeOver to skip this check");
  }

  /**
   * @param where a topic or table
   * @param example a place; may be empty
   */
  static String refusal(String where, String sinkId, String example) {
    return where
        + " has records of the sink id '"
        + sinkId
        + "'"
        + example
        + ", but this job starts without state and would write all of them again: continue from a"
        + " savepoint or checkpoint (--savepointPath), name another --sinkId, or start anew with"
        + " --takeOver";
  }
}
