package dev.weir.kafka;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.kafka.TopicTime.Stamps;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Reads the values of a Kafka topic from its beginning, from the position set with {@link
 * #startingAt}, or from the last checkpoint. A checkpoint whose position no longer exists is an
 * error, unless {@link GapOptions} allow gaps; partitions that are added to the topic are read from
 * their beginning. The event time of a value is the record's timestamp on the topic or a time in
 * the value. No reader's clock can change that time unless the time is ahead of the clock. The
 * watermark follows the event times; see {@link TopicTime}.
 */
public final class ReadTopic
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  /** The stage that dead letters name. */
  private static final String STAGE = "read-topic";

  private final KafkaCluster cluster;
  private final String topic;
  private final TopicValues values;
  private final Duration disorder;
  private final SerializableFunction<byte[], Instant> timeInValue;
  private final boolean placeForLate;
  private final TopicStart start;
  private final String group;
  private final boolean offline;

  private ReadTopic(
      KafkaCluster cluster,
      String topic,
      TopicValues values,
      Duration disorder,
      SerializableFunction<byte[], Instant> timeInValue,
      boolean placeForLate,
      TopicStart start,
      String group,
      boolean offline) {
    this.cluster = cluster;
    this.topic = topic;
    this.values = values;
    this.disorder = disorder;
    this.timeInValue = timeInValue;
    this.placeForLate = placeForLate;
    this.start = start;
    this.group = group;
    this.offline = offline;
  }

  /**
   * @param disorder how far records may be behind the latest one of their partition
   */
  public static ReadTopic of(
      KafkaCluster cluster, String topic, Encoding encoding, Duration disorder) {
    return of(cluster, topic, TopicValues.plain(encoding), disorder);
  }

  /** Like {@link #of(KafkaCluster, String, Encoding, Duration)}, with values in any form. */
  public static ReadTopic of(
      KafkaCluster cluster, String topic, TopicValues values, Duration disorder) {
    return new ReadTopic(
        Objects.requireNonNull(cluster),
        Objects.requireNonNull(topic),
        Objects.requireNonNull(values),
        Objects.requireNonNull(disorder),
        null,
        false,
        TopicStart.earliest(),
        null,
        false);
  }

  /**
   * Starts reading there unless a checkpoint or savepoint has a position. The process that
   * assembles the pipeline looks up the offsets once, in {@link #expand}.
   */
  public ReadTopic startingAt(TopicStart place) {
    return new ReadTopic(
        cluster,
        topic,
        values,
        disorder,
        timeInValue,
        placeForLate,
        Objects.requireNonNull(place),
        group,
        offline);
  }

  /**
   * Commits the positions of each completed checkpoint to a consumer group, for tools that show its
   * lag. They are never read: a job starts at its checkpoint, or where {@link #startingAt} says.
   *
   * @param name the name of the group, unless the cluster's properties have a {@code group.id}
   */
  public ReadTopic committingTo(String name) {
    return new ReadTopic(
        cluster,
        topic,
        values,
        disorder,
        timeInValue,
        placeForLate,
        start,
        Objects.requireNonNull(name),
        offline);
  }

  /** Makes {@link #expand} contact no broker, for a pipeline that is built but never run. */
  public ReadTopic offline(boolean never) {
    return new ReadTopic(
        cluster, topic, values, disorder, timeInValue, placeForLate, start, group, never);
  }

  /**
   * Takes the event time from the value, or from the topic if the value has none.
   *
   * @param time extracts the time from the bytes of a raw record, which may be null; returns null
   *     if they have none. Must be a named class with a {@code serialVersionUID}, because it
   *     becomes part of Flink's snapshots
   */
  public ReadTopic withTimeIn(SerializableFunction<byte[], Instant> time) {
    return new ReadTopic(
        cluster,
        topic,
        values,
        disorder,
        Objects.requireNonNull(time),
        false,
        start,
        group,
        offline);
  }

  /**
   * Like {@link #withTimeIn}, and gives a record that is late by more than the disorder the
   * timestamp that its partition had reached. No record is therefore behind the watermark, and
   * every reader agrees on which records are late; see {@link PartitionTime}.
   *
   * @param time extracts the time from a value, as in {@link #withTimeIn}
   */
  public ReadTopic withTimeAndPlaceIn(SerializableFunction<byte[], Instant> time) {
    return new ReadTopic(
        cluster,
        topic,
        values,
        disorder,
        Objects.requireNonNull(time),
        true,
        start,
        group,
        offline);
  }

  /**
   * Looks up how many partitions the topic has, and the offsets of {@link #startingAt}.
   *
   * @throws IllegalStateException if there is no such topic, or no answer
   */
  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    return keepOrigin(begin.apply(step(), source()), values);
  }

  /** Emits each record of a batch with its own timestamp. */
  static Result<PCollection<RawRecord>, DeadLetter> keepOrigin(
      PCollection<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> batches,
      TopicValues values) {
    return DeadLetters.divide("KeepOrigin", batches, new KeepOrigin(values), RawRecord.CODER);
  }

  /**
   * The name of the source, with which Flink finds its state. A snapshot holds the function that
   * reads times, so values in another form need another source: Flink then refuses the snapshot.
   */
  private String step() {
    return values.areRaw() ? "ReadKafka" : "ReadKafkaWire";
  }

  private Read.Unbounded<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> source() {
    List<Long> first = offline ? List.of() : start.offsets(cluster, topic);
    return Read.from(
        TopicSource.of(
            cluster,
            topic,
            first,
            group,
            new Times(
                disorder, timeInValue == null ? null : values.timeIn(timeInValue), placeForLate),
            partitions(first)));
  }

  /** If there are offsets, there is one for each partition. */
  private int partitions(List<Long> offsets) {
    if (offline) {
      return 0;
    }
    return offsets.isEmpty() ? TopicAdmin.partitions(cluster, topic) : offsets.size();
  }

  /**
   * Creates the timestamp policy of each partition. It is part of the source and therefore of
   * Flink's snapshots: a lambda could no longer be read after this class has changed.
   */
  static final class Times implements TimestampPolicyFactory<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final Duration disorder;
    private final SerializableFunction<byte[], Instant> timeInValue;
    private final boolean placeForLate;

    Times(
        Duration disorder,
        SerializableFunction<byte[], Instant> timeInValue,
        boolean placeForLate) {
      this.disorder = disorder;
      this.timeInValue = timeInValue;
      this.placeForLate = placeForLate;
    }

    @Override
    public TimestampPolicy<byte[], byte[]> createTimestampPolicy(
        TopicPartition partition, Optional<Instant> previousWatermark) {
      if (placeForLate) {
        return new PartitionTime(timeInValue, disorder, previousWatermark, Instant::now);
      }
      Stamps stamps = timeInValue == null ? Stamps.ofBroker() : Stamps.in(timeInValue);
      return new TopicTime(stamps, disorder, previousWatermark, Instant::now);
    }
  }

  private static final class KeepOrigin
      extends DoFn<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>, RawRecord> {
    private static final long serialVersionUID = 1L;

    private final TopicValues values;

    KeepOrigin(TopicValues values) {
      this.values = values;
    }

    @ProcessElement
    public void process(
        @Element List<TimestampedValue<KafkaRecord<byte[], byte[]>>> batch,
        OutputReceiver<RawRecord> out,
        MultiOutputReceiver more) {
      for (TimestampedValue<KafkaRecord<byte[], byte[]>> next : batch) {
        KafkaRecord<byte[], byte[]> record = next.getValue();
        Instant timestamp = next.getTimestamp();
        Origin origin =
            Origin.ofTopic(record.getTopic(), record.getPartition(), record.getOffset());
        try {
          RawRecord read = values.read(record.getKV().getValue(), origin);
          out.outputWithTimestamp(read, timestamp);
        } catch (UnreadableRecord e) {
          DeadLetters.reject(DeadLetters.of(STAGE, e, origin, timestamp), timestamp, more);
        }
      }
    }
  }
}
