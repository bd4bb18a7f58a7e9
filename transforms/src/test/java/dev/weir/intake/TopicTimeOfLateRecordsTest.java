package dev.weir.intake;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

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

/** Partitions whose records have times in them, and where late ones have a place. */
class TopicTimeOfLateRecordsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration DISORDER = Duration.standardSeconds(20);
  private static final Duration HOUR = Duration.standardHours(1);

  private Instant now = NOON;
  private TopicTime time = starting(Optional.empty());

  @Test
  void aLateRecordHasThePlaceThatItsPartitionHadReached() {
    read(ago(100));
    read(ago(100));

    assertThat(read(ago(120)), is(ago(120)));
    assertThat(read(ago(121)), is(ago(120)));
  }

  @Test
  void whileThereAreMoreTheWatermarkIsWhereNoPlaceIsBefore() {
    read(ago(200));
    assertThat(watermark(5), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    read(ago(100));
    assertThat(watermark(5), is(ago(120)));
    read(ago(90));
    assertThat(watermark(5), is(ago(110)));
  }

  @Test
  void theWatermarkIsNeverAheadOfTheClockLessTheDisorder() {
    read(NOON.plus(HOUR));
    read(NOON.plus(HOUR));

    assertThat(watermark(5), is(NOON.minus(DISORDER)));
    assertThat(watermark(0), is(NOON.minus(DISORDER)));
  }

  @Test
  void oneWrongTimeMovesNoWatermarkOnceAnotherFollows() {
    read(ago(100));
    read(ago(100));
    read(NOON.plus(Duration.standardDays(900)));
    assertThat(watermark(5), is(ago(120)));

    assertThat(read(ago(99)), is(ago(99)));
    assertThat(watermark(5), is(ago(119)));
  }

  @Test
  void aPartitionThatIsReadStandsStillForAQuarterOfTheDisorderAndGoesOnAtTheClocksPace() {
    readSentAt(ago(3_601), ago(3_600));
    readSentAt(ago(3_600), ago(5));
    assertThat(watermark(0), is(ago(3_600 + 20)));
    assertThat(watermark(1), is(ago(3_600 + 20)));
    assertThat(watermark(2), is(ago(3_600 + 20)));

    now = NOON.plus(7_000);
    assertThat(watermark(0), is(ago(3_600 + 20).plus(7_000)));
    assertThat(watermark(2), is(ago(3_600 + 20)));
  }

  @Test
  void aRecordThatIsAloneIsTakenAtItsWordWhereItIsTheLast() {
    readSentAt(ago(3_600), ago(10));

    assertThat(watermark(2), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(watermark(0), is(ago(3_600 + 20).plus(5_000)));
  }

  @Test
  void whatIsNotTheLatestSaysNothingOfWhenTheLatestWasSent() {
    readSentAt(ago(3_600), ago(3_590));
    readSentAt(ago(3_600), ago(3_590));
    readSentAt(ago(3_610), ago(3_000));

    assertThat(watermark(0), is(ago(10 + 20 + 5)));
  }

  @Test
  void anEmptyPartitionHoldsNothingBack() {
    assertThat(watermark(0), is(NOON.minus(DISORDER)));
    assertThat(watermark(2), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
  }

  @Test
  void aRecordWithoutATimeHasItsBrokersAndMovesNothing() {
    read(ago(100));
    read(ago(100));

    assertThat(time.getTimestampForRecord(backlog(1), record("no time", ago(500))), is(ago(500)));
    assertThat(watermark(5), is(ago(120)));
  }

  @Test
  void aRestartGoesOnFromItsWatermark() {
    time = starting(Optional.of(ago(120)));

    assertThat(watermark(5), is(ago(120)));
    assertThat(read(ago(121)), is(ago(120)));
    assertThat(read(ago(119)), is(ago(119)));
    read(ago(50));
    read(ago(50));
    assertThat(watermark(5), is(ago(70)));
  }

  @Test
  void aRestartBeforeTheFirstRecordKnowsNothing() {
    time = starting(Optional.of(BoundedWindow.TIMESTAMP_MIN_VALUE));

    assertThat(watermark(5), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(watermark(0), is(NOON.minus(DISORDER)));
    assertThat(read(ago(500)), is(ago(500)));
  }

  @Test
  void aTimeThatNoStepCanAddToIsMovedIntoTheYears1To9999() {
    assertThat(
        read(Instant.parse("-100-01-01T00:00:00Z")).toString(), is("0001-01-01T00:00:00.000Z"));
  }

  private TopicTime starting(Optional<Instant> watermark) {
    return TopicTime.withPlaceForLateRecords(
        TopicTime.Stamps.in(TopicTimeOfLateRecordsTest::timeIn), DISORDER, watermark, () -> now);
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
