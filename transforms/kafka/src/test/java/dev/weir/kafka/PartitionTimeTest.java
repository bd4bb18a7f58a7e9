package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.record.LogTime;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** Partitions whose records contain times, and the place of late records in event time. */
class PartitionTimeTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration DISORDER = Duration.standardSeconds(20);
  private static final Duration HOUR = Duration.standardHours(1);

  private Instant now = NOON;
  private PartitionTime time = starting(Optional.empty());

  @Test
  void aLateRecordIsPlacedWhereItsPartitionWas() {
    read(ago(100));
    read(ago(99));

    assertThat(read(ago(119)), is(ago(119)));
    assertThat(read(ago(120)), is(ago(119)));
  }

  @Test
  void withABacklogTheWatermarkIsBehindAllPlaces() {
    read(ago(200));
    assertThat(watermark(5), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    read(ago(100));
    assertThat(watermark(5), is(ago(120)));
    read(ago(90));
    assertThat(watermark(5), is(ago(110)));
  }

  @Test
  void theWatermarkIsNeverAheadOfTheClockLessTheDisorder() {
    read(NOON.plus(60_000));
    read(NOON.plus(61_000));

    assertThat(watermark(5), is(NOON.minus(DISORDER)));
    later(10);
    assertThat(watermark(0), is(now.minus(DISORDER)));
  }

  @Test
  void recordsSentBeforeTheirTimeDoNotAffectOthersHoweverMany() {
    read(ago(100));
    read(ago(99));
    Instant wrong = NOON.plus(Duration.standardDays(900));
    assertThat(read(wrong), is(ago(99)));
    assertThat(read(wrong.plus(1)), is(ago(99)));

    assertThat(read(ago(98)), is(ago(98)));
    assertThat(watermark(5), is(ago(118)));
  }

  /** The clock of the producer's machine is wrong, and therefore Kafka's timestamp too. */
  @Test
  void aClockThirtyDaysAheadHoldsNoOthersBack() {
    read(ago(100));
    read(ago(99));
    Instant wrong = NOON.plus(Duration.standardDays(30));
    for (int i = 0; i < 100; i++) {
      assertThat(readSentAt(wrong.plus(i), wrong.plus(i)), is(ago(99)));
    }

    assertThat(read(ago(98)), is(ago(98)));
    assertThat(watermark(5), is(ago(118)));
    later(5);
    assertThat(watermark(0), is(ago(118)));
  }

  @Test
  void aRecordSentBeforeItsTimeMovesNothingWhenReadLater() {
    Instant then = NOON.minus(Duration.standardDays(60));
    readSentAt(then, then);
    readSentAt(then.plus(1), then);
    Instant wrong = then.plus(Duration.standardDays(30));

    assertThat(readSentAt(wrong, then), is(then.plus(1)));
    assertThat(readSentAt(wrong.plus(1), then), is(then.plus(1)));
    assertThat(watermark(5), is(then.plus(1).minus(DISORDER)));
  }

  @Test
  void aFirstRecordAheadOfTheClockIsPlacedWhenItWasSentOrRead() {
    Instant wrong = NOON.plus(Duration.standardDays(30));
    assertThat(readSentAt(wrong, ago(5)), is(ago(5)));

    assertThat(readSentAt(wrong, wrong), is(NOON));
    assertThat(watermark(5), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
  }

  @Test
  void tenMinutesAheadAreTolerated() {
    read(ago(100));
    read(ago(99));
    Instant skewed = NOON.plus(LogTime.JUMP);

    assertThat(readSentAt(skewed.plus(1), NOON), is(ago(99)));
    assertThat(readSentAt(skewed, skewed), is(skewed));
  }

  @Test
  void aRestartAfterAWrongClockContinuesWithoutIt() {
    read(ago(100));
    read(ago(99));
    Instant wrong = NOON.plus(Duration.standardDays(30));
    readSentAt(wrong, wrong);
    readSentAt(wrong.plus(1), wrong.plus(1));
    time = starting(Optional.of(watermark(5)));

    assertThat(read(ago(98)), is(ago(98)));
    assertThat(watermark(5), is(ago(118)));
  }

  @Test
  void aWrongClockIsWarnedAboutOnceInTenMinutes() {
    AheadWarning warning = new AheadWarning();
    KafkaRecord<byte[], byte[]> record = record("no time", NOON);

    assertThat(warning.about(record, NOON, NOON), is(true));
    assertThat(warning.about(record, NOON, NOON.plus(599_999)), is(false));
    assertThat(warning.about(record, NOON, NOON.plus(600_000)), is(true));
  }

  @Test
  void aPartitionReadToItsEndPausesForAQuarterOfTheDisorderAndThenFollowsTheClock() {
    readSentAt(ago(3_601), ago(11));
    readSentAt(ago(3_600), ago(10));
    assertThat(watermark(0), is(ago(3_600 + 20)));

    later(4);
    assertThat(watermark(0), is(ago(3_600 + 20)));
    later(1);
    assertThat(watermark(2), is(ago(3_600 + 20)));
    // Ten seconds since it was sent and five since it was read, less the quarter.
    assertThat(watermark(1), is(ago(3_600 + 20).plus(10_000)));
    later(7);
    assertThat(watermark(0), is(ago(3_600 + 20).plus(17_000)));
  }

  @Test
  void timeNeverGoesBackAndNoRecordIsBehindIt() {
    readSentAt(ago(3_601), ago(11));
    readSentAt(ago(3_600), ago(10));
    later(60);
    Instant gone = watermark(0);

    assertThat(read(ago(3_600)), is(gone));
    assertThat(watermark(5), is(gone));
  }

  @Test
  void aSingleRecordIsTrustedIfItIsTheLast() {
    readSentAt(ago(3_600), ago(10));

    assertThat(watermark(2), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    later(5);
    assertThat(watermark(0), is(ago(3_600 + 20).plus(10_000)));
  }

  @Test
  void anOlderRecordDoesNotChangeWhenTheLatestWasSent() {
    readSentAt(ago(3_600), ago(3_590));
    readSentAt(ago(3_610), ago(3_000));

    later(5);
    assertThat(watermark(0), is(ago(10 + 20)));
  }

  @Test
  void anEmptyPartitionHoldsNothingBackAfterTheWait() {
    assertThat(watermark(0), is(BoundedWindow.TIMESTAMP_MIN_VALUE));

    later(5);
    assertThat(watermark(2), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(watermark(0), is(now.minus(DISORDER)));
  }

  @Test
  void historyThatArrivesInAnEmptyPartitionIsLateFromItsFirstRecord() {
    later(5);
    Instant reached = watermark(0);
    Instant past = NOON.minus(Duration.standardDays(1_800));

    for (int minute = 0; minute < 10; minute++) {
      assertThat(read(past.plus(Duration.standardMinutes(minute))), is(reached));
    }
    assertThat(watermark(0), is(reached));
    later(60);
    Instant on = watermark(0);
    assertThat(on, is(now.minus(DISORDER)));
    assertThat(read(past.plus(HOUR)), is(on));
  }

  @Test
  void existingHistoryIsPlacedByItsOwnTimes() {
    Instant past = NOON.minus(Duration.standardDays(1_800));

    for (int minute = 0; minute < 10; minute++) {
      Instant at = past.plus(Duration.standardMinutes(minute));
      assertThat(read(at), is(at));
      assertThat(watermark(10 - minute).isAfter(at), is(false));
    }
  }

  @Test
  void aRecordWithoutATimeHasTheBrokersTimeAndMovesNothing() {
    read(ago(101));
    read(ago(100));

    assertThat(time.getTimestampForRecord(backlog(1), record("no time", ago(500))), is(ago(500)));
    assertThat(watermark(5), is(ago(120)));
  }

  @Test
  void aRestartContinuesFromItsWatermark() {
    time = starting(Optional.of(ago(120)));

    assertThat(watermark(5), is(ago(120)));
    assertThat(watermark(1), is(ago(120)));
    assertThat(read(ago(121)), is(ago(120)));
    assertThat(read(ago(119)), is(ago(119)));
    read(ago(50));
    assertThat(watermark(5), is(ago(70)));
  }

  @Test
  void afterALongOutageTheFirstRecordAdvancesTimeToTheClock() {
    now = NOON.minus(HOUR);
    time = starting(Optional.of(NOON.minus(HOUR).minus(DISORDER)));
    now = NOON;
    read(ago(1));

    later(5);
    assertThat(watermark(0), is(ago(1 + 20)));
  }

  @Test
  void aRecordThatIsLeftUnreadAtARestartIsNotOvertaken() {
    now = NOON;
    time = starting(Optional.of(ago(300)));

    assertThat(watermark(1), is(ago(300)));
    assertThat(read(ago(240)), is(ago(240)));
  }

  @Test
  void aRestartBeforeTheFirstRecordStartsWithoutAWatermark() {
    time = starting(Optional.of(BoundedWindow.TIMESTAMP_MIN_VALUE));

    assertThat(watermark(5), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(read(ago(500)), is(ago(500)));
  }

  @Test
  void extremeTimesAreClampedToTheYears1To9999() {
    assertThat(
        read(Instant.parse("-100-01-01T00:00:00Z")).toString(), is("0001-01-01T00:00:00.000Z"));
  }

  private PartitionTime starting(Optional<Instant> watermark) {
    return new PartitionTime(PartitionTimeTest::timeIn, DISORDER, watermark, () -> now);
  }

  private void later(int seconds) {
    now = now.plus(Duration.standardSeconds(seconds));
  }

  private static Instant timeIn(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    return text.equals("no time") ? null : Instant.parse(text);
  }

  private static Instant ago(int seconds) {
    return NOON.minus(Duration.standardSeconds(seconds));
  }

  private Instant read(Instant stamped) {
    return readSentAt(stamped, now);
  }

  private Instant readSentAt(Instant stamped, Instant sent) {
    return time.getTimestampForRecord(backlog(1), record(stamped.toString(), sent));
  }

  private Instant watermark(long left) {
    return time.getWatermark(backlog(left));
  }

  private static KafkaRecord<byte[], byte[]> record(String value, Instant sent) {
    return new KafkaRecord<>(
        "topic",
        0,
        0,
        sent.getMillis(),
        KafkaTimestampType.CREATE_TIME,
        null,
        KV.of(new byte[0], value.getBytes(StandardCharsets.UTF_8)));
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
