package dev.weir.spend;

import static dev.weir.spend.Changes.NOON;
import static dev.weir.spend.Changes.spent;
import static dev.weir.spend.Changes.takenBack;
import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.run;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class MeasureSpendTest {
  private static final SingleObjectCoder<SpendChange> CODER =
      SingleObjectCoder.of(SpendChange.class);
  private static final Duration RETENTION = Duration.ofDays(10);

  private PipelineResult result;

  @Test
  void aStreamEmitsItsRowsOnTimeAndCorrectsThemLater() {
    Seen<RowChange<SpendMetrics>> seen =
        measured(
            TestStream.create(CODER)
                .advanceWatermarkTo(instant(Duration.ZERO))
                .addElements(arriving(spent("40.00").at(minutes(1))))
                .advanceWatermarkTo(instant(minutes(20)))
                .addElements(arriving(spent("5.00").at(minutes(6)).committed(minutes(21))))
                .advanceWatermarkTo(instant(minutes(21)))
                .addElements(arriving(takenBack("40.00").at(minutes(1)).committed(minutes(21))))
                .advanceWatermarkToInfinity());

    assertThat(
        rows(seen, "15_MIN", "2026-01-05T12:00:00Z"), is(List.of("1 40.00", "2 45.00", "1 5.00")));
    assertThat(rows(seen, "15_MIN", "2026-01-05T11:50:00Z"), is(List.of("1 40.00", "gone")));
    assertThat(rows(seen, "1_DAY", "2026-01-05T12:00:00Z"), is(List.of("1 5.00")));
    assertThat(seen.sightings().get(0).time(), is(instant(Duration.ofSeconds(90))));
  }

  @Test
  void amountsBehindTheWatermarkAreStillCounted() {
    Seen<RowChange<SpendMetrics>> seen =
        measured(
            TestStream.create(CODER)
                .advanceWatermarkTo(instant(minutes(120)))
                .addElements(arriving(spent("40.00").at(minutes(1))))
                .advanceWatermarkToInfinity());

    assertThat(rows(seen, "1_HOUR", "2026-01-05T12:00:00Z"), is(List.of("1 40.00")));
  }

  @Test
  void amountsBeyondTheRetentionAreCounted() {
    Seen<RowChange<SpendMetrics>> seen =
        measured(
            TestStream.create(CODER)
                .advanceWatermarkTo(instant(Duration.ofDays(12)))
                .addElements(arriving(spent("40.00").committed(Duration.ofDays(12))))
                .advanceWatermarkToInfinity());

    assertThat(seen.values(), is(empty()));
    assertThat(count(result, "spend_too_late"), is(1L));
  }

  @Test
  void collectedChangesGiveTheRowsThatTheStreamEndsWith() {
    List<SpendChange> changes = manyChanges();
    TestStream.Builder<SpendChange> stream = TestStream.create(CODER);
    for (int i = 0; i < changes.size(); i++) {
      SpendChange change = changes.get(i);
      stream = stream.addElements(TimestampedValue.of(change, new Instant(change.getCommitMs())));
      if (i % 20 == 19) {
        stream = stream.advanceWatermarkTo(new Instant(change.getCommitMs()).minus(60_000));
      }
    }
    Map<Row.Key, Row> live = Row.last(measured(stream.advanceWatermarkToInfinity()).values());

    List<SpendChange> inAnyOrder = new ArrayList<>(changes);
    Collections.shuffle(inAnyOrder, new Random(3));
    List<RowChange<SpendMetrics>> collected = collected(inAnyOrder).values();

    assertThat(live.isEmpty(), is(false));
    assertThat(Row.last(collected), is(live));
    assertThat(live, is(aMapWithSize(collected.size())));
  }

  @Test
  void accountsAndCurrenciesAreMeasuredApart() {
    List<RowChange<SpendMetrics>> rows =
        collected(
                List.of(
                    spent("1.00").build(),
                    spent("2.00").in("EUR").build(),
                    spent("4.00").by("ACC2").build()))
            .values();

    assertThat(
        rows.stream()
            .map(RowChange::row)
            .filter(row -> row.getWindowType().equals("1_HOUR"))
            .map(row -> row.getAccountNumber() + row.getCurrency() + row.getTotalAmount())
            .collect(Collectors.toSet()),
        is(Set.of("ACC1USD1.00", "ACC1EUR2.00", "ACC2USD4.00")));
  }

  @Test
  void collectedRowsCarryTheAccountsLastCommit() {
    Seen<RowChange<SpendMetrics>> seen =
        collected(
            List.of(
                spent("2.00").committed(minutes(7)).build(),
                spent("1.00").committed(minutes(5)).build()));

    assertThat(
        seen.values().stream().map(row -> row.position().major()).toList(),
        everyItem(is(instant(minutes(7)).getMillis() * 1000)));
  }

  @Test
  void collectedWindowsThatEndEmptyAreNotEmitted() {
    assertThat(
        collected(
                List.of(
                    takenBack("1.00").build(),
                    spent("1.00").build(),
                    spent("2.00").by("ACC2").build(),
                    takenBack("2.00").by("ACC2").build()))
            .values(),
        is(empty()));
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void tenThousandSparseTransactionsAreMeasured() {
    Random random = new Random(5);
    List<SpendChange> sparse = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      sparse.add(
          spent("1.00")
              .by("ACC" + random.nextInt(2_000))
              .at(Duration.ofSeconds(random.nextInt(90 * 86_400)))
              .build());
    }
    List<RowChange<SpendMetrics>> rows = backfilled(sparse).values();

    assertThat(rows.size() > 300_000, is(true));
    assertThat(
        rows.stream()
            .filter(row -> row.row().getWindowType().equals("1_HOUR"))
            .mapToLong(row -> row.row().getTxCount())
            .sum(),
        is(10_000L));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(
        MeasureSpend.inStandardWindows(org.joda.time.Duration.millis(RETENTION.toMillis()), 4));
  }

  @Test
  void invalidArgumentsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            MeasureSpend.inStandardWindows(org.joda.time.Duration.millis(RETENTION.toMillis()), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> MeasureSpend.inStandardWindows(org.joda.time.Duration.standardDays(-1), 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> MeasureSpend.in(List.of(), org.joda.time.Duration.millis(RETENTION.toMillis()), 4));
    WindowType hour = WindowType.tumbling("1_HOUR", Duration.ofHours(1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            MeasureSpend.in(
                List.of(hour, hour), org.joda.time.Duration.millis(RETENTION.toMillis()), 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> new WindowType("GAPS", Duration.ofHours(1), Duration.ofHours(2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new WindowType("STILL", Duration.ofHours(1), Duration.ZERO));
  }

  /**
   * The changes of 300 transactions of 5 accounts: a third are corrected, some before they arrive.
   */
  private static List<SpendChange> manyChanges() {
    Random random = new Random(11);
    List<SpendChange> changes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Duration commit = Duration.ofSeconds(i * 40L);
      Duration time = commit.minusSeconds(random.nextInt(4) == 0 ? random.nextInt(90_000) : 0);
      String account = "ACC" + random.nextInt(5);
      String amount = random.nextInt(100) + ".50";
      Changes added = spent(amount).by(account).at(time).committed(commit);
      changes.add(added.build());
      if (random.nextInt(3) == 0) {
        int place = Math.max(0, changes.size() - random.nextInt(3));
        changes.add(place, takenBack(amount).by(account).at(time).committed(commit).build());
      }
    }
    return changes;
  }

  private static List<String> rows(Seen<RowChange<SpendMetrics>> seen, String type, String start) {
    return seen.values().stream()
        .filter(row -> row.row().getWindowType().equals(type))
        .filter(row -> row.row().getWindowStart().toString().equals(start))
        .map(
            row ->
                row.delete() ? "gone" : row.row().getTxCount() + " " + row.row().getTotalAmount())
        .toList();
  }

  private Seen<RowChange<SpendMetrics>> measured(TestStream<SpendChange> stream) {
    return measured(Pipelines.onDirectRunner(), stream);
  }

  private Seen<RowChange<SpendMetrics>> collected(List<SpendChange> changes) {
    return measured(Pipelines.onDirectRunner(), Create.of(changes).withCoder(CODER));
  }

  private Seen<RowChange<SpendMetrics>> backfilled(List<SpendChange> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    DirectOptions options = pipeline.getOptions().as(DirectOptions.class);
    options.setEnforceEncodability(false);
    options.setEnforceImmutability(false);
    return measured(pipeline, Create.of(changes).withCoder(CODER));
  }

  private Seen<RowChange<SpendMetrics>> measured(
      Pipeline pipeline, PTransform<PBegin, PCollection<SpendChange>> source) {
    Seen<RowChange<SpendMetrics>> seen =
        Seen.in(
            pipeline
                .apply("Changes", source)
                .apply(
                    "Measure",
                    MeasureSpend.inStandardWindows(
                        org.joda.time.Duration.millis(RETENTION.toMillis()), 4)));
    result = run(pipeline);
    return seen;
  }

  private static TimestampedValue<SpendChange> arriving(Changes changes) {
    return TimestampedValue.of(
        changes.build(), Instant.ofEpochMilli(changes.commit().toEpochMilli()));
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }

  private static Instant instant(Duration afterNoon) {
    return Instant.ofEpochMilli(NOON.plus(afterNoon).toEpochMilli());
  }
}
