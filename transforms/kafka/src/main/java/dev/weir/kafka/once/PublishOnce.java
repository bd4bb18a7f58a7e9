package dev.weir.kafka.once;

import dev.weir.kafka.KafkaCluster;
import dev.weir.sharding.Shards;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TimestampedValue;

/**
 * Publishes elements to a Kafka topic, each exactly once for {@code read_committed} consumers,
 * whatever is killed, restarted or restored, and emits what is published. Records are visible after
 * about a tenth of a second, independent of the interval of the checkpoints.
 *
 * <p>The output contains each element once it is visible on the topic, in the global window and
 * with its timestamp. If a restarted job computes an element again that was published before, the
 * published one is emitted, and the new one is dropped: a table that is written from the output
 * agrees with the topic.
 *
 * <p>The job must take checkpoints, and a bundle must end before a checkpoint: on Flink {@code
 * --finishBundleBeforeCheckpointing=true}. The input must be unbounded. {@code
 * docs/exactly-once.md} describes the protocol, the guarantees and their limits.
 *
 * @param <T> an element
 */
public final class PublishOnce<T> extends PTransform<PCollection<T>, PCollection<T>> {
  private static final long serialVersionUID = 1L;

  /** Kafka's own default, 1 MiB. */
  private static final int STANDARD_REQUEST = 1 << 20;

  private static final Duration STANDARD_DURATION = Duration.ofMillis(100);

  private final KafkaCluster cluster;
  private final String topic;
  private final String sinkId;
  private final PublishedForm<T> form;
  private final int groups;
  private final Duration duration;
  private final int maxRequestSize;
  private final boolean repeatsAllowed;
  private final boolean offline;

  private PublishOnce(
      KafkaCluster cluster,
      String topic,
      String sinkId,
      PublishedForm<T> form,
      int groups,
      Duration duration,
      int maxRequestSize,
      boolean repeatsAllowed,
      boolean offline) {
    this.cluster = Objects.requireNonNull(cluster);
    this.topic = Objects.requireNonNull(topic);
    this.sinkId = Objects.requireNonNull(sinkId);
    this.form = Objects.requireNonNull(form);
    this.groups = groups;
    this.duration = duration;
    this.maxRequestSize = maxRequestSize;
    this.repeatsAllowed = repeatsAllowed;
    this.offline = offline;
  }

  /**
   * @param sinkId the name of this writer, without spaces and slashes: what was published to a
   *     topic under this name is never published again. No two jobs that run at the same time have
   *     the same one
   */
  public static <T> PublishOnce<T> to(
      KafkaCluster cluster, String topic, String sinkId, PublishedForm<T> form) {
    if (sinkId.isEmpty() || sinkId.contains(" ") || sinkId.contains("/")) {
      throw new IllegalArgumentException(
          "'" + sinkId + "' is not a valid sink id; use letters, digits, '_', '.' and '-'");
    }
    return new PublishOnce<>(
        cluster, topic, sinkId, form, 0, STANDARD_DURATION, STANDARD_REQUEST, false, false);
  }

  /**
   * Sets the number of writers, each with a transactional id of its own. It is part of the state: a
   * restored job needs the same number. The default depends on the number of the topic's
   * partitions.
   *
   * @param count at least the parallelism of the step; a divisor of the number of partitions is
   *     best
   */
  public PublishOnce<T> withWriterGroups(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("there must be at least one writer group");
    }
    return new PublishOnce<>(
        cluster, topic, sinkId, form, count, duration, maxRequestSize, repeatsAllowed, offline);
  }

  /**
   * @param length how long a transaction stays open, which delays its records; the default is 100
   *     ms
   */
  public PublishOnce<T> withTransactionsOf(Duration length) {
    return new PublishOnce<>(
        cluster, topic, sinkId, form, groups, length, maxRequestSize, repeatsAllowed, offline);
  }

  /**
   * @param bytes size of the largest record; defaults to Kafka's own limit, 1 MiB
   */
  public PublishOnce<T> withMaxRequestSize(int bytes) {
    return new PublishOnce<>(
        cluster, topic, sinkId, form, groups, duration, bytes, repeatsAllowed, offline);
  }

  /**
   * Starts even if the topic no longer has everything that was published since the checkpoint. What
   * is missing may be published a second time.
   */
  public PublishOnce<T> withRepeatsAllowed(boolean allowed) {
    return new PublishOnce<>(
        cluster, topic, sinkId, form, groups, duration, maxRequestSize, allowed, offline);
  }

  /** Makes {@link #expand} contact no broker, for a pipeline that is built but never run. */
  public PublishOnce<T> offline(boolean never) {
    return new PublishOnce<>(
        cluster, topic, sinkId, form, groups, duration, maxRequestSize, repeatsAllowed, never);
  }

  /**
   * Looks up where the topic ends now: a job without state has published nothing before that.
   *
   * @throws PublishException if the input is bounded, or the topic cannot be looked up
   */
  @Override
  public PCollection<T> expand(PCollection<T> elements) {
    if (elements.isBounded() == PCollection.IsBounded.BOUNDED) {
      throw new PublishException(
          "sink " + sinkId + ": bounded input has no checkpoints; publish it at least once");
    }
    TopicEnds ends = offline ? TopicEnds.unknown() : TopicEnds.of(cluster, topic);
    GroupLayout layout =
        groups > 0 ? new GroupLayout(groups) : GroupLayout.forPartitions(ends.partitions());
    TopicLog.Spec spec =
        new TopicLog.Spec(cluster, topic, sinkId, layout, maxRequestSize, repeatsAllowed);
    Coder<T> coder = elements.getCoder();
    PCollection<KV<Integer, List<TimestampedValue<T>>>> outputs =
        elements
            .apply("GlobalWindow", Window.into(new GlobalWindows()))
            .apply("AssignGroups", Shards.by(new GroupOf<>(form, layout)));
    // The first element of every group, once in the life of the state.
    PCollection<KV<Integer, List<TimestampedValue<T>>>> starts =
        elements
            .getPipeline()
            .apply("StartGroups", new Starts<>(layout.groups(), outputs.getCoder()));
    return PCollectionList.of(outputs)
        .and(starts)
        .apply("WithStarts", Flatten.pCollections())
        .apply("Publish", ParDo.of(new Publish<>(spec, form, coder, ends, duration.toMillis())))
        .setCoder(coder);
  }

  private record GroupOf<T>(PublishedForm<T> form, GroupLayout layout)
      implements SerializableFunction<T, Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Integer apply(T element) {
      return layout.groupOf(form.key(element));
    }
  }
}
