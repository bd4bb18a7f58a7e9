package dev.weir.kafka;

import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns about records whose time is ahead of the clock, at most once every ten minutes per reader.
 */
final class AheadWarning {
  private static final Logger LOG = LoggerFactory.getLogger(AheadWarning.class);
  private static final Duration PAUSE = Duration.standardMinutes(10);

  private Instant lastAt;

  /**
   * Logs a warning unless one was logged in the last ten minutes.
   *
   * @param time the record's own time
   * @param now when the record is read
   * @return whether a warning was logged
   */
  boolean about(KafkaRecord<byte[], byte[]> record, Instant time, Instant now) {
    if (lastAt != null && now.isBefore(lastAt.plus(PAUSE))) {
      return false;
    }
    lastAt = now;
    LOG.warn(
        "a clock is wrong: the record at {}/{}/{}, sent at {} and read at {}, has the time {}; such"
            + " times do not advance event time",
        record.getTopic(),
        record.getPartition(),
        record.getOffset(),
        Instant.ofEpochMilli(record.getTimestamp()),
        now,
        time);
    return true;
  }
}
