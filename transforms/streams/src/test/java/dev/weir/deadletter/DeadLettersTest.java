package dev.weir.deadletter;

import static dev.weir.testing.Pipelines.run;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.time.Instant;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final org.joda.time.Instant NOON =
      org.joda.time.Instant.parse("2026-01-05T12:00:00Z");
  private static final UnreadableRecord CUT_OFF =
      new UnreadableRecord(Reason.MALFORMED, "it is cut off");

  @Test
  void aRecordOfATopicIsIdentifiedByPartitionAndOffset() {
    assertThat(
        DeadLetters.of("parse", CUT_OFF, Origin.ofTopic("t", 3, 17), NOON),
        is(
            new DeadLetter(
                "parse", "MALFORMED", "it is cut off", "t", 3, 17L, null, null, java(NOON))));
  }

  @Test
  void aRecordOfAFileIsIdentifiedByLine() {
    assertThat(
        DeadLetters.of("parse", CUT_OFF, Origin.ofFile("f", 17), NOON),
        is(
            new DeadLetter(
                "parse", "MALFORMED", "it is cut off", null, null, null, "f", 17L, java(NOON))));
  }

  @Test
  void theRecordsOwnTimeTakesPrecedenceOverThatOfItsSource() {
    UnreadableRecord why = CUT_OFF.at(NOON.plus(5));

    assertThat(
        DeadLetters.of("parse", why, Origin.ofFile("f", 1), NOON).getEventTime(),
        is(java(NOON.plus(5))));
  }

  @Test
  void aRecordOfAFileWithoutATimeHasNoTime() {
    assertThat(
        DeadLetters.of("parse", CUT_OFF, Origin.ofFile("f", 1), BoundedWindow.TIMESTAMP_MIN_VALUE)
            .getEventTime(),
        is((Instant) null));
  }

  @Test
  void theDeadLettersOfAllStepsGoToOneSink() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    DeadLetters letters = new DeadLetters();
    letters.list().add(pipeline.apply("One", Create.of(letter(1)).withCoder(DeadLetters.coder())));
    letters
        .list()
        .add(pipeline.apply("Two", Create.of(letter(2), letter(3)).withCoder(DeadLetters.coder())));
    Sink sink = new Sink();
    letters.writeTo(pipeline, sink);

    run(pipeline);

    assertThat(sink.seen.values(), containsInAnyOrder(letter(1), letter(2), letter(3)));
  }

  private static DeadLetter letter(long line) {
    return DeadLetters.of("parse", CUT_OFF, Origin.ofFile("f", line), NOON);
  }

  private static Instant java(org.joda.time.Instant time) {
    return Instant.ofEpochMilli(time.getMillis());
  }

  private static final class Sink extends PTransform<PCollection<DeadLetter>, PDone> {
    private static final long serialVersionUID = 1L;
    private transient Seen<DeadLetter> seen;

    @Override
    public PDone expand(PCollection<DeadLetter> letters) {
      seen = Seen.in(letters);
      return PDone.in(letters.getPipeline());
    }
  }
}
