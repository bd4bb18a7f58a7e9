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
 * The event time of one partition, taken from its records. The watermark follows the latest one by
 * the disorder bound, and goes on at the clock's pace where no more come. A record stamped further
 * ahead of the clock than the bound says nothing about the others; one stamped further than {@link
 * LogTime#JUMP} is counted as {@code records_ahead} and warned about.
 */
final class TopicTime extends TimestampPolicy<byte[], byte[]> {

  /** Event times that every step can add windows and waits to; what is stamped outside is moved. */
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

  /** Where a record's time is, and what a partition that is read to its end says about time. */
  interface Stamps {

    /** Null where the record has no time. */
    Instant time(KafkaRecord<byte[], byte[]> record);

    /**
     * When the record's time was true.
     *
     * @param now when it is read
     */
    Instant knownAt(KafkaRecord<byte[], byte[]> record, Instant now);

    /**
     * Records that a partition may seem to have left when it is read to its end. The marker that
     * ends a transaction counts as one, and is never read.
     */
    int atTheEnd();

    /**
     * The event time of a record that is stamped more than {@link LogTime#JUMP} ahead of the clock.
     */
    Instant ahead(Instant stamped, Instant now);

    /** Whether the watermark of a restart says where a partition is that gets no more records. */
    boolean outlastRestarts();

    /**
     * The broker's timestamps. A partition goes on from where its records are and not to where the
     * clock is: a history that is read to its end stays a history, and what is added to it is not
     * late.
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

        /** Nothing depends on it but how long state is kept, which must not be for centuries. */
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
     * Times in the values, of what happened elsewhere and was sent on. A partition goes on from
     * when its last record was sent: in a topic of rare changes the time is the clock's, less what
     * sending takes, and does not hold those back that it is joined with. For readers that put
     * right what comes late.
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
   * @param previousWatermark where a restart goes on
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

  /** The nearest event time that every step can add windows and waits to. */
  static Instant inRange(Instant time) {
    return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
  }

  @Override
  public Instant getWatermark(PartitionContext partition) {
    Instant now = clock.get();
    long backlog = partition.getMessageBacklog();
    boolean isRead = backlog >= 0 && backlog <= stamps.atTheEnd();
    if (isRead && !anyTimeKnown) {
      // An empty partition must not hold the others back for ever.
      return now.minus(disorder);
    }
    Instant reached = isRead ? latest.plus(new Duration(latestKnownAt, now)) : latest;
    return (reached.isAfter(now) ? now : reached).minus(disorder);
  }
}
