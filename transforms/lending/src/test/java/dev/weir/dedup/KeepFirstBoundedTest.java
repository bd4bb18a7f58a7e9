package dev.weir.dedup;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.run;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.loan.Application;
import dev.weir.loan.ApplicationCoder;
import dev.weir.loan.Applications;
import dev.weir.record.Origin;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class KeepFirstBoundedTest {
  private static final Duration DAY = Duration.ofHours(24);

  private PipelineResult result;

  @Test
  void theEarliestLineIsKeptInAnyOrderOfArrival() {
    assertThat(
        kept(
            anApplication().onLine(3).amount("3"),
            anApplication().onLine(1).amount("1").afterNoon(DAY),
            anApplication().onLine(2).amount("2")),
        containsInAnyOrder(anApplication().onLine(1).amount("1").afterNoon(DAY).build()));
    assertThat(count(result, "duplicates"), is(2L));
  }

  @Test
  void theFirstFileByNameIsKept() {
    Origin inA = Origin.ofFile("a.jsonl", 900);
    Origin inB = Origin.ofFile("b.jsonl", 1);

    assertThat(
        kept(anApplication().from(inB), anApplication().from(inA)),
        containsInAnyOrder(anApplication().from(inA).build()));
  }

  @Test
  void theLowestOffsetOfATopicIsKept() {
    assertThat(
        kept(
            anApplication().from(Origin.ofTopic("t", 0, 100)),
            anApplication().from(Origin.ofTopic("t", 0, 99))),
        containsInAnyOrder(anApplication().from(Origin.ofTopic("t", 0, 99)).build()));
  }

  @Test
  void exactlyOneDayApartIsADuplicateAndAMillisecondMoreIsNot() {
    assertThat(
        kept(
            anApplication().id("at the bound").onLine(1),
            anApplication().id("at the bound").onLine(2).afterNoon(DAY),
            anApplication().id("past the bound").onLine(3),
            anApplication().id("past the bound").onLine(4).afterNoon(DAY.plusMillis(1))),
        containsInAnyOrder(
            anApplication().id("at the bound").onLine(1).build(),
            anApplication().id("past the bound").onLine(3).build(),
            anApplication().id("past the bound").onLine(4).afterNoon(DAY.plusMillis(1)).build()));
  }

  @Test
  void aDroppedDuplicateDoesNotPushTheWindowOn() {
    assertThat(
        kept(
            anApplication().onLine(1),
            anApplication().onLine(2).afterNoon(Duration.ofHours(20)),
            anApplication().onLine(3).afterNoon(Duration.ofHours(40))),
        containsInAnyOrder(
            anApplication().onLine(1).build(),
            anApplication().onLine(3).afterNoon(Duration.ofHours(40)).build()));
  }

  @Test
  void otherIdsAreNotDuplicates() {
    assertThat(kept(anApplication().id("a"), anApplication().id("b")).size(), is(2));
  }

  @Test
  void manyIdsInAnyOrderAreEachKeptOnce() {
    List<Applications> all = new ArrayList<>();
    List<Application> first = new ArrayList<>();
    for (int id = 0; id < 300; id++) {
      for (int copy = 0; copy < 3; copy++) {
        all.add(anApplication().id("r" + id).onLine(1 + copy * 300 + id));
      }
      first.add(anApplication().id("r" + id).onLine(1 + id).build());
    }
    Collections.shuffle(all, new Random(7));

    assertThat(kept(all.toArray(Applications[]::new)), containsInAnyOrder(first.toArray()));
    assertThat(count(result, "duplicates"), is(600L));
  }

  @Test
  void aWindowOfLengthZeroIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> keepFirst(org.joda.time.Duration.ZERO));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(keepFirst(org.joda.time.Duration.standardHours(24)));
  }

  private List<Application> kept(Applications... applications) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<Application> kept =
        Seen.in(
            pipeline
                .apply(
                    Create.of(Arrays.stream(applications).map(Applications::build).toList())
                        .withCoder(ApplicationCoder.of()))
                .apply("KeepFirst", keepFirst(org.joda.time.Duration.standardHours(24))));
    result = run(pipeline);
    return kept.values();
  }

  private static KeepFirst<Application> keepFirst(org.joda.time.Duration window) {
    return KeepFirst.of(Application::requestId, Application::time, Application::origin, window, 4);
  }
}
