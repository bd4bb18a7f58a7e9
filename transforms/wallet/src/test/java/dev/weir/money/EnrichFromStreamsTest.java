package dev.weir.money;

import static dev.weir.money.Happening.address;
import static dev.weir.money.Happening.birth;
import static dev.weir.money.Happening.payment;
import static dev.weir.money.Happening.session;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;

class EnrichFromStreamsTest {
  private static final Coder<StoredEvent> EVENTS = SingleObjectCoder.of(StoredEvent.class);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);

  /** In the order of their places. */
  private static final List<TimestampedValue<StoredEvent>> DAY_OF_TWO =
      List.of(
          arriving(birth("b1", 1987)),
          arriving(address("a1", "UY")),
          arriving(session("s1", "BR")),
          arriving(payment("p1").in("s1").at(SECOND)),
          arriving(payment("p1").in("s1").at(SECOND.multipliedBy(2))),
          arriving(payment("p2").in("s1").by("bob").at(SECOND.multipliedBy(2))),
          arriving(payment("p3").in("s2").at(MINUTE)),
          arriving(address("a2", "CL").at(MINUTE.multipliedBy(2))),
          arriving(session("s2", "AR").at(MINUTE.multipliedBy(3))),
          arriving(payment("p4").in("s1").at(MINUTE).lateAt(MINUTE.multipliedBy(4))),
          arriving(payment("p5").in("s1").old().of("CARD").at(MINUTE.multipliedBy(5))),
          arriving(payment("p6").in("s1").at(DAY)),
          arriving(payment("p7").at(DAY.plus(MINUTE))));

  private static final String[] EXPECTED = {
    "p1 born 1987 resident UY in BR first @PT1S",
    "p2 asked first @PT2S",
    "p3 born 1987 resident UY in AR @PT1M",
    "p4 born 1987 resident UY asked @PT4M",
    "p5 born 1987 resident CL asked first @PT5M",
    "p6 born 1987 resident CL asked @PT24H",
    "p7 born 1987 resident CL @PT24H1M",
  };

  private PipelineResult result;

  @Test
  void allAtOnce() {
    List<TimestampedValue<StoredEvent>> shuffled = new ArrayList<>(DAY_OF_TWO);
    Collections.shuffle(shuffled, new Random(3));

    assertThat(
        outputs(Create.timestamped(shuffled).withCoder(EVENTS)), containsInAnyOrder(EXPECTED));
    isCounted();
  }

  @Test
  void asTheyCome() {
    TestStream.Builder<StoredEvent> stream = TestStream.create(EVENTS);
    for (TimestampedValue<StoredEvent> event : DAY_OF_TWO) {
      stream = stream.advanceWatermarkTo(event.getTimestamp().minus(500)).addElements(event);
    }

    assertThat(outputs(stream.advanceWatermarkToInfinity()), containsInAnyOrder(EXPECTED));
    isCounted();
  }

  @Test
  void outOfOrder() {
    TestStream.Builder<StoredEvent> stream = TestStream.create(EVENTS);
    for (int last = DAY_OF_TWO.size(); last > 0; last -= 4) {
      for (int i = last - 1; i >= Math.max(0, last - 4); i--) {
        stream = stream.addElements(DAY_OF_TWO.get(i));
      }
    }
    stream =
        stream
            .advanceWatermarkTo(Happening.NOON.plus(10_500))
            .advanceWatermarkTo(Happening.NOON.plus(DAY.toMillis()));

    assertThat(outputs(stream.advanceWatermarkToInfinity()), containsInAnyOrder(EXPECTED));
    isCounted();
  }

  @Test
  void lateMovementsAreAskedForAtTheReachedTime() {
    TestStream<StoredEvent> stream =
        TestStream.create(EVENTS)
            .addElements(arriving(session("s1", "BR")), arriving(payment("p1").in("s1")))
            .advanceWatermarkTo(Happening.NOON.plus(MINUTE.toMillis()))
            .addElements(arriving(payment("p2").in("s1").at(SECOND)))
            .advanceWatermarkToInfinity();

    assertThat(outputs(stream), containsInAnyOrder("p1 in BR first @PT0S", "p2 asked @PT1M"));
  }

  @Test
  void aWaitOfZeroIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> EnrichFromStreams.waiting(org.joda.time.Duration.ZERO, 4));
  }

  private void isCounted() {
    assertThat(count(result, "duplicates"), is(1L));
    assertThat(count(result, "events_late"), is(1L));
    assertThat(count(result, "sessions_asked"), is(4L));
    assertThat(count(result, "sessions_from_stream"), is(2L));
    assertThat(count(result, "events_without_session"), is(1L));
  }

  private static TimestampedValue<StoredEvent> arriving(Happening happening) {
    return happening.arriving();
  }

  private List<String> outputs(PTransform<PBegin, PCollection<StoredEvent>> source) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<EnrichedMoney> seen =
        Seen.in(
            PCollectionList.of(pipeline.apply("Source", source))
                .apply("Enrich", EnrichFromStreams.waiting(Story.WAIT, 4)));
    result = Pipelines.run(pipeline);
    return seen.sightings().stream()
        .map(sighting -> Story.text(TimestampedValue.of(sighting.value(), sighting.time())))
        .toList();
  }
}
