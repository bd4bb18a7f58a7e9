package dev.weir.intake;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The event time of one partition, taken from its records. The watermark follows the latest one by
 * the disorder bound. Where no more come it goes on at the clock's pace, but from where the records
 * are and not to where the clock is: a history that is read to its end stays a history, and what is
 * added to it is not late. A record stamped further ahead of the clock than the bound says nothing
 * about the others.
 */
final class TopicTime extends TimestampPolicy<byte[], byte[]> {

  /** Event times that every step can add windows and waits to; what is stamped outside is moved. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final Duration disorder;
  private final Supplier<Instant> clock;
  private Instant latest;
  private Instant latestReadAt;
  private boolean anyTimeKnown;

  /**
   * @param previousWatermark where a restart goes on
   */
  TopicTime(Duration disorder, Optional<Instant> previousWatermark, Supplier<Instant> clock) {
    this.disorder = disorder;
    this.clock = clock;
    this.latest = previousWatermark.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE).plus(disorder);
    this.latestReadAt = clock.get();
    this.anyTimeKnown =
        previousWatermark.isPresent()
            && previousWatermark.get().isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext partition, KafkaRecord<byte[], byte[]> record) {
    Instant stamped = Instant.ofEpochMilli(record.getTimestamp());
    Instant now = clock.get();
    if (!stamped.isAfter(now.plus(disorder))) {
      latest = stamped.isAfter(latest) ? stamped : latest;
      latestReadAt = now;
      anyTimeKnown = true;
    }
    return stamped.isBefore(EARLIEST) ? EARLIEST : stamped.isAfter(LATEST) ? LATEST : stamped;
  }

  @Override
  public Instant getWatermark(PartitionContext partition) {
    Instant now = clock.get();
    boolean isRead = partition.getMessageBacklog() == 0;
    if (isRead && !anyTimeKnown) {
      // An empty partition must not hold the others back for ever.
      return now.minus(disorder);
    }
    Instant reached = isRead ? latest.plus(new Duration(latestReadAt, now)) : latest;
    return (reached.isAfter(now) ? now : reached).minus(disorder);
  }
}
