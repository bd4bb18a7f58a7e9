package dev.weir.cdc;

import static dev.weir.cdc.Ticks.last;
import static dev.weir.cdc.Ticks.tick;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.card.TrackedCustomer;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackChangesTest {
  private static final Coder<ChangeSource> CHANGES = SingleObjectCoder.of(ChangeSource.class);

  /** What a run said, and how many changes it dropped. */
  private record Run(List<String> said, long stale) {}

  @Test
  void aFiniteRunSaysEachKeyOnce() {
    Run run = bounded(List.of(tick("a", 2), tick("b", 1), tick("a", 1), tick("a", 2)));

    assertThat(run.said(), containsInAnyOrder("a|1002|2", "b|1001|1"));
    assertThat(run.stale(), is(1L));
  }

  @Test
  void aLiveRunSaysEachChangeThatIsNews() {
    Run run = live(List.of(tick("a", 2), tick("b", 1), tick("a", 1), tick("a", 2), tick("a", 3)));

    assertThat(run.said(), containsInAnyOrder("a|1002|1", "b|1001|1", "a|1003|2"));
    assertThat(run.stale(), is(2L));
  }

  @Test
  void aFiniteRunSaysWhatStaysTrueOfAKeyThatIsForgotten() {
    Run run = bounded(List.of(tick("a", 0), tick("a", 24 * 60 + 1), tick("a", 24 * 60 + 2)));

    assertThat(run.said(), containsInAnyOrder("forgotten a|1000|1", "a|2442|2"));
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

    assertThat(last(live(changes).said()).toString(), is("{a=a|11|2, b=b|-1|1}"));
    assertThat(last(bounded(changes).said()).keySet().toString(), is("[a, b]"));
    assertThat(bounded(changes).said(), containsInAnyOrder("a|11|2", "b|-1|2"));
  }

  /** The last word on a key is the same, in whatever order its changes come. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void finiteAndLiveRunsEndAlike(long seed) {
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
    assertThat(bounded.said().size(), is(20));
    assertThat(live.said().size() + live.stale(), is(300L));
    assertThat(live.stale(), is(greaterThan(0L)));
  }

  @Test
  void theTransformsTravelToWorkers() {
    SerializableUtils.ensureSerializable(new TrackSorted<>(new Ticks()));
    SerializableUtils.ensureSerializable(track());
  }

  /** Without how many changes there were, which the order of arrival does decide. */
  private static List<String> positions(Run run) {
    return last(run.said()).values().stream().map(l -> l.replaceFirst("\\|\\d+$", "")).toList();
  }

  private static TrackChanges<ChangeSource, TrackedCustomer, String> track() {
    return TrackChanges.by(new Ticks(), TrackedCustomer.class, StringUtf8Coder.of(), 4);
  }

  private static Run bounded(List<ChangeSource> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<String> said =
        Seen.in(pipeline.apply(Create.of(changes).withCoder(CHANGES)).apply("Track", track()));
    PipelineResult result = Pipelines.run(pipeline);
    return new Run(said.values(), Pipelines.count(result, "changes_stale"));
  }

  private static Run live(List<ChangeSource> changes) {
    TestStream.Builder<ChangeSource> arriving = TestStream.create(CHANGES);
    for (ChangeSource change : changes) {
      arriving =
          arriving.addElements(
              TimestampedValue.of(change, Instant.ofEpochMilli(change.getCommitMs())));
    }
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<String> said =
        Seen.in(pipeline.apply(arriving.advanceWatermarkToInfinity()).apply("Track", track()));
    PipelineResult result = Pipelines.run(pipeline);
    return new Run(said.values(), Pipelines.count(result, "changes_stale"));
  }
}
