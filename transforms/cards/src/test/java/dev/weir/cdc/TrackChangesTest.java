package dev.weir.cdc;

import static dev.weir.cdc.Ticks.last;
import static dev.weir.cdc.Ticks.tick;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.card.TrackedCustomer;
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
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackChangesTest {
  private static final Coder<ChangeSource> CHANGES = SingleObjectCoder.of(ChangeSource.class);

  private static final TupleTag<String> OUTCOMES = new TupleTag<>() {};

  /** How many changes arrive at once. */
  private static final int BUNDLE = 20;

  /** The outcomes of a run, and how many changes it dropped. */
  private record Run(List<String> outcomes, long stale, Map<String, String> staleRows) {}

  @Test
  void aBoundedRunEmitsEachKeyOnce() {
    Run run = bounded(List.of(tick("a", 2), tick("b", 1), tick("a", 1), tick("a", 2)));

    assertThat(run.outcomes(), containsInAnyOrder("a|1002|2", "b|1001|1"));
    assertThat(run.stale(), is(1L));
  }

  @Test
  void aLiveRunEmitsEachNewChange() {
    Run run = live(List.of(tick("a", 2), tick("b", 1), tick("a", 1), tick("a", 2), tick("a", 3)));

    assertThat(run.outcomes(), containsInAnyOrder("a|1002|1", "b|1001|1", "a|1003|2"));
    assertThat(run.stale(), is(2L));
  }

  @Test
  void aBoundedRunEmitsTheOutcomesOfAKeyThatExpires() {
    Run run = bounded(List.of(tick("a", 0), tick("a", 24 * 60 + 1), tick("a", 24 * 60 + 2)));

    assertThat(run.outcomes(), containsInAnyOrder("expired a|1000|1", "a|2442|2"));
    assertThat(run.stale(), is(0L));
  }

  @Test
  void theLogDecidesWhereTheDatabasesClockWasSetBack() {
    List<ChangeSource> changes =
        List.of(
            tick("a", Duration.ofMinutes(2), 10),
            tick("a", Duration.ofMinutes(1), 11),
            tick("b", Duration.ofMinutes(2), -1),
            tick("b", Duration.ofMinutes(1), -1));

    assertThat(last(live(changes).outcomes()).toString(), is("{a=a|11|2, b=b|-1|1}"));
    assertThat(last(bounded(changes).outcomes()).keySet().toString(), is("[a, b]"));
    assertThat(bounded(changes).outcomes(), containsInAnyOrder("a|11|2", "b|-1|2"));
  }

  /** The final outcome of a key is the same in every order of arrival of its changes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void boundedAndLiveRunsEndWithTheSameRows(long seed) {
    Random random = new Random(seed);
    List<ChangeSource> changes = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      changes.add(tick("k" + random.nextInt(20), random.nextInt(600)));
    }
    Run inOrder = live(changes);
    Collections.shuffle(changes, random);
    Run live = live(changes);
    Run bounded = bounded(changes);

    assertThat(positions(live), equalTo(positions(bounded)));
    assertThat(positions(inOrder), equalTo(positions(bounded)));
    assertThat(bounded.outcomes().size(), is(20));
    assertThat(live.outcomes().size() + live.stale(), is(300L));
    assertThat(live.stale(), is(greaterThan(0L)));
  }

  /** A third of the changes cannot be read; the rows that are stale in the end are the same. */
  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void boundedAndLiveRunsLeaveTheSameRowsStale(long seed) {
    Random random = new Random(seed);
    List<ChangeSource> changes = new ArrayList<>();
    Map<String, String> expected = new TreeMap<>();
    for (int n = 0; n < 300; n++) {
      ChangeSource change = tick("k" + random.nextInt(60), n);
      if (random.nextInt(3) == 0) {
        change.setUnreadable(new UnreadableChange("MISSING_FIELD", "amount is missing"));
        expected.put(change.getSource(), change.getSource() + ":" + change.getPosition());
      } else {
        expected.remove(change.getSource());
      }
      changes.add(change);
    }
    Map<String, String> inOrder = live(changes).staleRows();
    Collections.shuffle(changes, random);

    assertThat(inOrder, equalTo(expected));
    assertThat(live(changes).staleRows(), equalTo(expected));
    assertThat(bounded(changes).staleRows(), equalTo(expected));
    assertThat(expected.size(), is(greaterThan(5)));
  }

  /** The changes are ordered by the log, as without the change that has no position in it. */
  @Test
  void aChangeThatCannotBeReadDoesNotChangeTheOrderOfTheOthers() {
    ChangeSource unreadable = tick("a", Duration.ofMinutes(5), -1);
    unreadable.setUnreadable(new UnreadableChange("MISSING_FIELD", "amount is missing"));
    List<ChangeSource> changes =
        List.of(
            tick("a", Duration.ofMinutes(2), 10), tick("a", Duration.ofMinutes(1), 11), unreadable);

    assertThat(bounded(changes).outcomes(), contains("a|11|2"));
    assertThat(bounded(changes).staleRows().keySet(), contains("a"));
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(
        new TrackSorted<>(new Ticks(), new StaleReports("ticks"), Routes.to(OUTCOMES)));
    SerializableUtils.ensureSerializable(track());
  }

  /** Without how many changes there were, which the order of arrival does decide. */
  private static List<String> positions(Run run) {
    return last(run.outcomes()).values().stream().map(l -> l.replaceFirst("\\|\\d+$", "")).toList();
  }

  private static TrackChanges<ChangeSource, TrackedCustomer, String> track() {
    return TrackChanges.by(new Ticks(), TrackedCustomer.class, Routes.to(OUTCOMES), "ticks", 4);
  }

  private static Run bounded(List<ChangeSource> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    return run(pipeline, pipeline.apply(Create.of(changes).withCoder(CHANGES)));
  }

  @SuppressWarnings("unchecked") // an array of a generic type
  private static Run live(List<ChangeSource> changes) {
    TestStream.Builder<ChangeSource> arriving = TestStream.create(CHANGES);
    List<TimestampedValue<ChangeSource>> stamped =
        changes.stream()
            .map(change -> TimestampedValue.of(change, Instant.ofEpochMilli(change.getCommitMs())))
            .toList();
    for (int from = 0; from < stamped.size(); from += BUNDLE) {
      List<TimestampedValue<ChangeSource>> bundle =
          stamped.subList(from, Math.min(from + BUNDLE, stamped.size()));
      arriving =
          arriving.addElements(
              bundle.get(0), bundle.subList(1, bundle.size()).toArray(TimestampedValue[]::new));
    }
    Pipeline pipeline = Pipelines.onDirectRunner();
    return run(pipeline, pipeline.apply(arriving.advanceWatermarkToInfinity()));
  }

  private static Run run(Pipeline pipeline, PCollection<ChangeSource> changes) {
    PCollectionTuple tracked = changes.apply("Track", track());
    Seen<String> outcomes = Seen.in(tracked.get(OUTCOMES).setCoder(StringUtf8Coder.of()));
    Seen<RowChange<StaleRow>> staleRows = Seen.in(tracked.get(TrackChanges.STALE_ROWS));
    PipelineResult result = Pipelines.run(pipeline);
    return new Run(
        outcomes.values(),
        Pipelines.count(result, "changes_stale"),
        lastReports(staleRows.values()));
  }

  /** The rows that are stale after the last report of each, with the place of the change. */
  private static Map<String, String> lastReports(List<RowChange<StaleRow>> reports) {
    Map<String, RowChange<StaleRow>> last = new TreeMap<>();
    for (RowChange<StaleRow> report : reports) {
      last.merge(
          report.row().getRowKey(),
          report,
          (a, b) -> a.position().compareTo(b.position()) > 0 ? a : b);
    }
    Map<String, String> stale = new TreeMap<>();
    last.forEach(
        (key, report) -> {
          if (!report.delete()) {
            stale.put(key, report.row().getSource() + ":" + report.row().getPosition());
          }
        });
    return stale;
  }
}
