package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class TopicTimeTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Instant LAST_YEAR = Instant.parse("2025-01-05T12:00:00Z");
  private static final Duration DISORDER = Duration.standardSeconds(20);

  private Instant now = NOON;
  private final TopicTime time =
      new TopicTime(TopicTime.Stamps.ofBroker(), DISORDER, Optional.empty(), () -> now);

  @Test
  void theWatermarkFollowsTheLatestRecord() {
    read(NOON.minus(5_000));
    read(NOON.minus(9_000));

    assertThat(time.getWatermark(backlog(3)), is(NOON.minus(5_000).minus(DISORDER)));
  }

  @Test
  void aRecordFromTheFutureHasTheClocksTimeAndDoesNotMoveTheWatermark() {
    read(LAST_YEAR);

    assertThat(read(NOON.plus(Duration.standardDays(900))), is(NOON));
    assertThat(time.getWatermark(backlog(3)), is(LAST_YEAR.minus(DISORDER)));
  }

  @Test
  void extremeTimesAreClampedToTheYears1To9999() {
    TopicTime changes = ofChanges(new Instant(Long.MAX_VALUE / 2));
    assertThat(
        changes.getTimestampForRecord(backlog(1), record(NOON)),
        is(Instant.parse("9999-12-31T23:59:59.999Z")));
    assertThat(read(new Instant(Long.MIN_VALUE / 2)), is(Instant.parse("0001-01-01T00:00:00Z")));
  }

  @Test
  void afterTheHistoryTheWatermarkFollowsTheClock() {
    read(LAST_YEAR);
    now = NOON.plus(60_000);

    assertThat(time.getWatermark(backlog(0)), is(LAST_YEAR.plus(60_000).minus(DISORDER)));
  }

  @Test
  void anEmptyPartitionHoldsNothingBack() {
    assertThat(time.getWatermark(backlog(0)), is(NOON.minus(DISORDER)));
  }

  @Test
  void aRestartContinuesFromItsWatermark() {
    TopicTime restarted =
        new TopicTime(TopicTime.Stamps.ofBroker(), DISORDER, Optional.of(LAST_YEAR), () -> now);

    assertThat(restarted.getWatermark(backlog(7)), is(LAST_YEAR));
  }

  @Test
  void aTopicWithRareChangesFollowsTheClockMinusTheSendingTime() {
    TopicTime changes = ofChanges(NOON.minus(Duration.standardDays(3)));
    Instant sent = NOON.minus(Duration.standardDays(3)).plus(200);
    changes.getTimestampForRecord(backlog(1), record(sent));

    assertThat(changes.getWatermark(backlog(0)), is(NOON.minus(200).minus(DISORDER)));
  }

  /** It is the last entry of the partition, and is never read. */
  @Test
  void aTransactionMarkerDoesNotHoldBackATopicOfChanges() {
    TopicTime changes = ofChanges(LAST_YEAR);
    changes.getTimestampForRecord(backlog(1), record(LAST_YEAR));

    assertThat(changes.getWatermark(backlog(1)), is(NOON.minus(DISORDER)));
    assertThat(changes.getWatermark(backlog(2)), is(LAST_YEAR.minus(DISORDER)));
  }

  @Test
  void aRecordWithoutATimeDoesNotMoveTheWatermark() {
    TopicTime changes = ofChanges(null);

    assertThat(changes.getTimestampForRecord(backlog(1), record(LAST_YEAR)), is(LAST_YEAR));
    assertThat(changes.getWatermark(backlog(0)), is(NOON.minus(DISORDER)));
  }

  private TopicTime ofChanges(Instant inValue) {
    return new TopicTime(
        TopicTime.Stamps.in(value -> inValue), DISORDER, Optional.empty(), () -> now);
  }

  private Instant read(Instant stamped) {
    return time.getTimestampForRecord(backlog(1), record(stamped));
  }

  private static KafkaRecord<byte[], byte[]> record(Instant stamped) {
    return new KafkaRecord<>(
        "topic",
        0,
        0,
        stamped.getMillis(),
        KafkaTimestampType.CREATE_TIME,
        null,
        org.apache.beam.sdk.values.KV.of(new byte[0], new byte[0]));
  }

  private static PartitionContext backlog(long messages) {
    return new PartitionContext() {
      @Override
      public long getMessageBacklog() {
        return messages;
      }

      @Override
      public Instant getBacklogCheckTime() {
        return NOON;
      }
    };
  }
}
