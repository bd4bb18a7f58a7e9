package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.kafka.TopicAdmin.Range;
import dev.weir.kafka.TopicPosition.Partition;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.api.Test;

class SplitStartTest {
  private static final String PLACE = "topic loans at b:9092";
  private static final long NEVER = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
  private static final long NOON = 1_767_614_400_000L;
  private static final String WAY_OUT =
      "; to accept the loss, start the job from its last checkpoint with --allowGaps";

  @Test
  void aSplitWithoutAPositionStartsAtTheBeginning() {
    SplitStart start =
        start(TopicPosition.none(), new TopicState("a", 3), Map.of(0, range(4, 9), 2, range(0, 0)));

    assertThat(
        start.position(),
        is(position("a", new Partition(0, 4, NEVER), new Partition(2, 0, NEVER))));
    assertThat(start.added(), is(List.of()));
  }

  @Test
  void orAtTheOffsetsOfTheSubmissionIfTheyStillExist() {
    SplitStart start =
        SplitStart.of(
            PLACE,
            List.of(6L, 0L, 2L),
            TopicPosition.none(),
            new TopicState("a", 5),
            List.of(0, 2, 4),
            Map.of(0, range(4, 9), 2, range(3, 3), 4, range(1, 7)),
            false);

    assertThat(
        start.position(),
        is(
            position(
                "a",
                new Partition(0, 6, NEVER),
                new Partition(2, 3, NEVER),
                new Partition(4, 1, NEVER))));
  }

  @Test
  void anOffsetOfTheSubmissionBehindTheEndIsAnError() {
    assertThat(
        assertThrows(
                LostPosition.class,
                () ->
                    SplitStart.of(
                        PLACE,
                        List.of(6L),
                        TopicPosition.none(),
                        new TopicState("a", 1),
                        List.of(0),
                        Map.of(0, range(0, 5)),
                        true))
            .getMessage(),
        is(
            PLACE
                + " lost records, or was created again, since the job was submitted: partition 0 is"
                + " to be read from offset 6, but ends at offset 5; submit the job again"));
  }

  @Test
  void recordsThatWereDeletedSinceTheJobWasSubmittedAreReported() {
    SplitStart start =
        SplitStart.of(
            PLACE,
            List.of(2L),
            TopicPosition.none(),
            new TopicState("a", 1),
            List.of(0),
            Map.of(0, range(5, 9)),
            false);

    assertThat(start.position().partitions().get(0).offset(), is(5L));
    assertThat(start.skipped(), is(3L));
    assertThat(start.gaps(), is(List.of("partition 0 from 2 to 5")));
  }

  @Test
  void aPositionThatExistsIsKept() {
    TopicPosition saved = position("a", new Partition(0, 4, NOON), new Partition(2, 7, NOON + 1));

    SplitStart start = start(saved, new TopicState("a", 4), Map.of(0, range(4, 9), 2, range(2, 7)));

    assertThat(start, is(new SplitStart(saved, List.of(), 0, List.of())));
  }

  @Test
  void recordsThatWereDeletedUnreadAreAnError() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    assertThat(
        failure(saved, new TopicState("a", 3), Map.of(0, range(4, 9), 2, range(7, 8))),
        is(
            "unread records of topic loans at b:9092 were deleted: partition 0 is to be read from"
                + " offset 3, but begins at offset 4"
                + WAY_OUT));
  }

  @Test
  void withGapsReadingContinuesBehindThem() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    SplitStart start =
        withGaps(saved, new TopicState("a", 3), Map.of(0, range(10, 12), 2, range(0, 5)));

    assertThat(
        start.position(), is(position("a", new Partition(0, 10, NOON), new Partition(2, 5, NOON))));
    assertThat(start.skipped(), is(7L));
    assertThat(start.gaps(), is(List.of("partition 0 from 3 to 10", "partition 2 from 7 to 5")));
  }

  @Test
  void aPositionBehindTheEndIsAnError() {
    TopicPosition saved = position("", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    assertThat(
        failure(saved, new TopicState("", 3), Map.of(0, range(4, 9), 2, range(0, 6))),
        is(
            "topic loans at b:9092 lost records, or was created again: partition 2 is to be read"
                + " from offset 7, but ends at offset 6; partition 0 is to be read from offset 3,"
                + " but begins at offset 4"
                + WAY_OUT));
  }

  /** A topic that is created again grows while it is described. */
  @Test
  void anOffsetThatDidNotExistWhenItWasFetchedIsNamed() {
    assertThat(
        LostPosition.outside(PLACE, Map.of(0, 2L), Map.of(0, range(0, 3))).getMessage(),
        is(
            "topic loans at b:9092 lost records, or was created again: partition 0 is to be read"
                + " from offset 2, which did not exist when it was fetched; it now begins at offset"
                + " 0 and ends at offset 3"
                + WAY_OUT));
  }

  @Test
  void anotherTopicOfTheSameNameIsAnErrorWhereverItEnds() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    assertThat(
        failure(saved, new TopicState("b", 3), Map.of(0, range(0, 9), 2, range(0, 9))),
        is(
            "topic loans at b:9092 was deleted and created again: its id is b, not a, in which"
                + " partition 0 is to be read from offset 3; partition 2 is to be read from offset"
                + " 7"
                + WAY_OUT
                + ", which reads the new topic from its beginning"));
  }

  @Test
  void withGapsItIsReadFromItsBeginning() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    SplitStart start =
        withGaps(saved, new TopicState("b", 3), Map.of(0, range(0, 9), 2, range(1, 9)));

    assertThat(
        start.position(), is(position("b", new Partition(0, 0, NOON), new Partition(2, 1, NOON))));
    assertThat(start.skipped(), is(0L));
  }

  @Test
  void fewerPartitionsAreAnErrorEvenWithGaps() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON), new Partition(2, 7, NOON));

    assertThat(
        assertThrows(
                LostPosition.class,
                () -> withGaps(saved, new TopicState("b", 2), Map.of(0, range(0, 9))))
            .getMessage(),
        is(
            "topic loans at b:9092 has 2 partitions, and the job has read partition 2: the topic"
                + " was created again with fewer; give it as many as before, or start the job"
                + " without a checkpoint"));
  }

  @Test
  void anAddedPartitionIsReadFromItsBeginningAtTheTimeThatTheSplitHasReached() {
    TopicPosition saved = position("a", new Partition(0, 3, NOON + 5), new Partition(2, 7, NOON));

    SplitStart start =
        start(
            saved, new TopicState("a", 5), Map.of(0, range(0, 9), 2, range(0, 9), 4, range(2, 9)));

    assertThat(start.added(), is(List.of(4)));
    assertThat(
        start.position(),
        is(
            position(
                "a",
                new Partition(0, 3, NOON + 5),
                new Partition(2, 7, NOON),
                new Partition(4, 2, NOON))));
  }

  @Test
  void eachPartitionIsOfOneSplit() {
    assertThat(TopicAdmin.share(6, 1, 4), is(List.of(1, 5)));
    assertThat(TopicAdmin.share(6, 2, 4), is(List.of(2)));
    assertThat(TopicAdmin.share(2, 2, 4), is(List.of()));
  }

  private static Range range(long begins, long ends) {
    return new Range(begins, ends);
  }

  private static TopicPosition position(String id, Partition... partitions) {
    return new TopicPosition(id, List.of(partitions));
  }

  /** The first of two splits. */
  private static SplitStart start(
      TopicPosition saved, TopicState topic, Map<Integer, Range> ranges) {
    return SplitStart.of(
        PLACE, List.of(), saved, topic, TopicAdmin.share(topic.partitions(), 0, 2), ranges, false);
  }

  private static SplitStart withGaps(
      TopicPosition saved, TopicState topic, Map<Integer, Range> ranges) {
    return SplitStart.of(
        PLACE, List.of(), saved, topic, TopicAdmin.share(topic.partitions(), 0, 2), ranges, true);
  }

  private static String failure(TopicPosition saved, TopicState topic, Map<Integer, Range> ranges) {
    return assertThrows(LostPosition.class, () -> start(saved, topic, ranges)).getMessage();
  }
}
