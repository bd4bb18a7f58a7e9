package dev.weir.kafka;

import dev.weir.record.LogTime;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Assigns event times to one partition from the times in its values, so that no record is behind
 * the watermark: a late record gets the time that the partition had reached when it arrived, which
 * {@link LogTime} computes from the log alone.
 *
 * <p>A time more than {@link LogTime#JUMP} ahead of when its record was sent, or of the reader's
 * clock, does not advance the watermark. Its record is placed next to the newest record before it
 * and does not wait for its own time: a wrong clock delays nothing, however many records it
 * stamped.
 *
 * <p>A partition that is read to its end stands still for a quarter of the disorder, then advances
 * with the clock from when its latest record was sent: a topic of rare events does not hold back
 * the topics it is joined with. Only this part depends on more than the log. A record more than
 * {@link LogTime#JUMP} behind the time that such a partition has reached is late and does not
 * change its pace.
 */
final class PartitionTime extends TimestampPolicy<byte[], byte[]> {

  /** A transaction marker counts as a record of the backlog and is never read. */
  private static final int LEFT_AT_THE_END = 1;

  private final SerializableFunction<byte[], Instant> timeIn;
  private final Duration disorder;
  private final Supplier<Instant> clock;
  private final LogTime log;
  private final AheadWarning warning = new AheadWarning();
  private Instant watermark;

  /**
   * The latest time that is not ahead of the clock, and when its record was sent; null before the
   * first.
   */
  private Instant latest;

  private Instant latestSentAt;

  /** When the last record was read, or when the reader was created if it has read none. */
  private Instant heardAt;

  /**
   * @param timeIn extracts the time from a value; returns null if the value has none
   * @param disorder how far records may be behind the latest one
   * @param previousWatermark where a restart resumes
   */
  PartitionTime(
      SerializableFunction<byte[], Instant> timeIn,
      Duration disorder,
      Optional<Instant> previousWatermark,
      Supplier<Instant> clock) {
    this.timeIn = timeIn;
    this.disorder = disorder;
    this.clock = clock;
    this.log = new LogTime(disorder.getMillis());
    this.watermark = previousWatermark.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE);
    this.heardAt = clock.get();
    if (watermark.isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE)) {
      log.reached(watermark.getMillis());
    }
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext partition, KafkaRecord<byte[], byte[]> record) {
    heardAt = clock.get();
    Instant sent = Instant.ofEpochMilli(record.getTimestamp());
    Instant own = timeIn.apply(record.getKV().getValue());
    if (own == null) {
      return laterOf(TopicTime.inRange(sent), watermark);
    }
    // A record far behind a partition that has advanced with the clock does not set its pace.
    // Otherwise the watermark would stand still until the time derived from that record caught up
    // with it.
    boolean behind = own.isBefore(watermark.minus(LogTime.JUMP));
    if (!behind
        && !own.isAfter(heardAt.plus(disorder))
        && (latest == null || own.isAfter(latest))) {
      latest = own;
      latestSentAt = sent.isAfter(heardAt) ? heardAt : sent;
    }
    // An event cannot happen long after its record is sent, and a record cannot be sent long after
    // it is read.
    Instant known = sent.isAfter(heardAt.plus(LogTime.JUMP)) ? heardAt : sent;
    boolean ahead = own.isAfter(known.plus(LogTime.JUMP));
    if (ahead) {
      warning.about(record, own, heardAt);
    }
    long place = ahead ? log.placeOfAhead(known.getMillis()) : log.place(own.getMillis());
    return laterOf(TopicTime.inRange(Instant.ofEpochMilli(place)), watermark);
  }

  @Override
  public Instant getWatermark(PartitionContext partition) {
    Instant now = clock.get();
    long left = partition.getMessageBacklog();
    Duration patience = disorder.dividedBy(4);
    boolean goesOn = left >= 0 && left <= LEFT_AT_THE_END && !heardAt.plus(patience).isAfter(now);
    Instant reached = inLog();
    if (goesOn && latest == null) {
      // An empty partition must not hold back the others forever.
      reached = laterOf(reached, now.minus(disorder));
    } else if (goesOn) {
      Duration sinceThen = new Duration(latestSentAt, now).minus(patience);
      reached = laterOf(reached, latest.plus(sinceThen).minus(disorder));
    }
    Instant newest = now.minus(disorder);
    watermark = laterOf(watermark, reached.isAfter(newest) ? newest : reached);
    return watermark;
  }

  private Instant inLog() {
    return log.reached() == Long.MIN_VALUE
        ? BoundedWindow.TIMESTAMP_MIN_VALUE
        : Instant.ofEpochMilli(log.reached());
  }

  private static Instant laterOf(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
