package dev.weir.kafka;

import dev.weir.record.LogTime;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Takes the event time of one partition from its records. The watermark trails the latest timestamp
 * by the disorder bound and advances at the clock's pace while no more records arrive. A timestamp
 * further ahead of the clock than the bound does not move the watermark; one more than {@link
 * LogTime#JUMP} ahead is also counted as {@code records_ahead} and logged as a warning.
 */
final class TopicTime extends TimestampPolicy<byte[], byte[]> {

  /**
   * The range of event times to which every step can add windows and waits; a timestamp outside it
   * is moved to the nearest bound.
   */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final Counter AHEAD = Metrics.counter("weir", "records_ahead");

  private final AheadWarning warning = new AheadWarning();
  private final Stamps stamps;
  private final Duration disorder;
  private final Supplier<Instant> clock;
  private Instant latest;
  private Instant latestKnownAt;
  private boolean anyTimeKnown;

  /**
   * Defines where a record's time comes from and how time advances in a partition read to its end.
   */
  interface Stamps {

    /** Returns null if the record has no time. */
    Instant time(KafkaRecord<byte[], byte[]> record);

    /**
     * The clock time at which the record's time was current; time advances from there.
     *
     * @param now when the record is read
     */
    Instant knownAt(KafkaRecord<byte[], byte[]> record, Instant now);

    /**
     * The largest backlog, in records, at which a partition counts as read to its end. A
     * transaction marker counts as a record and is never read.
     */
    int atTheEnd();

    /** The event time of a record stamped more than {@link LogTime#JUMP} ahead of the clock. */
    Instant ahead(Instant stamped, Instant now);

    /**
     * Returns whether the restored watermark is a known time for a partition that receives no more
     * records.
     */
    boolean outlastRestarts();

    /**
     * Uses the broker's timestamps. A partition advances from the time of its records and does not
     * jump to the clock: a history read to its end stays in the past, and records added to it are
     * not late.
     */
    static Stamps ofBroker() {
      return new Stamps() {
        @Override
        public Instant time(KafkaRecord<byte[], byte[]> record) {
          return Instant.ofEpochMilli(record.getTimestamp());
        }

        @Override
        public Instant knownAt(KafkaRecord<byte[], byte[]> record, Instant now) {
          return now;
        }

        @Override
        public int atTheEnd() {
          return 0;
        }

        /** Affects only how long state is kept, which must not be centuries. */
        @Override
        public Instant ahead(Instant stamped, Instant now) {
          return now;
        }

        @Override
        public boolean outlastRestarts() {
          return true;
        }
      };
    }

    /**
     * Uses times in the values, of events that happened elsewhere and were forwarded. A partition
     * advances from when its last record was sent: a topic of rare changes follows the clock, minus
     * the time that sending takes, and does not hold back the topics it is joined with. For readers
     * that correct their results when a record is late.
     */
    static Stamps in(SerializableFunction<byte[], Instant> value) {
      return new Stamps() {
        @Override
        public Instant time(KafkaRecord<byte[], byte[]> record) {
          return value.apply(record.getKV().getValue());
        }

        @Override
        public Instant knownAt(KafkaRecord<byte[], byte[]> record, Instant now) {
          Instant sent = Instant.ofEpochMilli(record.getTimestamp());
          return sent.isAfter(now) ? now : sent;
        }

        @Override
        public int atTheEnd() {
          return 1;
        }

        @Override
        public Instant ahead(Instant stamped, Instant now) {
          return stamped;
        }

        @Override
        public boolean outlastRestarts() {
          return false;
        }
      };
    }
  }

  /**
   * @param previousWatermark where a restart resumes
   */
  TopicTime(
      Stamps stamps,
      Duration disorder,
      Optional<Instant> previousWatermark,
      Supplier<Instant> clock) {
    this.stamps = stamps;
    this.disorder = disorder;
    this.clock = clock;
    this.latest = previousWatermark.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE).plus(disorder);
    this.latestKnownAt = clock.get();
    this.anyTimeKnown =
        stamps.outlastRestarts()
            && previousWatermark.isPresent()
            && previousWatermark.get().isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext partition, KafkaRecord<byte[], byte[]> record) {
    Instant stamped = stamps.time(record);
    Instant now = clock.get();
    if (stamped == null) {
      stamped = Instant.ofEpochMilli(record.getTimestamp());
    } else if (!stamped.isAfter(now.plus(disorder))) {
      latest = stamped.isAfter(latest) ? stamped : latest;
      latestKnownAt = stamps.knownAt(record, now);
      anyTimeKnown = true;
    } else if (stamped.isAfter(now.plus(LogTime.JUMP))) {
      AHEAD.inc();
      warning.about(record, stamped, now);
      stamped = stamps.ahead(stamped, now);
    }
    return inRange(stamped);
  }

  /** Returns the nearest event time to which every step can add windows and waits. */
  static Instant inRange(Instant time) {
    return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
  }

  @Override
  public Instant getWatermark(PartitionContext partition) {
    Instant now = clock.get();
    long backlog = partition.getMessageBacklog();
    boolean isRead = backlog >= 0 && backlog <= stamps.atTheEnd();
    if (isRead && !anyTimeKnown) {
      // An empty partition must not hold back the others forever.
      return now.minus(disorder);
    }
    Instant reached = isRead ? latest.plus(new Duration(latestKnownAt, now)) : latest;
    return (reached.isAfter(now) ? now : reached).minus(disorder);
  }
}
