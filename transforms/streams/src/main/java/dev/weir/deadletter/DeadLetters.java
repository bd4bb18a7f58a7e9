package dev.weir.deadletter;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.POutput;

/** Collects the dead letters of one pipeline: every step adds to them, and one sink writes them. */
public final class DeadLetters {
  private final List<PCollection<DeadLetter>> collected = new ArrayList<>();

  /** The list to which each step that can reject records adds its dead letters. */
  public List<PCollection<DeadLetter>> list() {
    return collected;
  }

  /** Flattens the collected dead letters and writes them with {@code sink}. Call it once, last. */
  public <OutputT extends POutput> OutputT writeTo(
      Pipeline pipeline, PTransform<PCollection<DeadLetter>, OutputT> sink) {
    return PCollectionList.of(collected)
        .apply("AllDeadLetters", Flatten.pCollections())
        .setCoder(coder())
        .apply("WriteDeadLetters", sink);
  }

  /** The coder of dead letters between steps. */
  public static Coder<DeadLetter> coder() {
    return SingleObjectCoder.of(DeadLetter.class);
  }

  /**
   * @param stage the step that rejected the record
   * @param timestamp the element's timestamp, used if the record's own time is not known; Beam's
   *     minimum means that there is no time
   */
  public static DeadLetter of(
      String stage, UnreadableRecord why, Origin origin, org.joda.time.Instant timestamp) {
    DeadLetter letter = new DeadLetter();
    letter.setStage(stage);
    letter.setReason(why.reason().name());
    letter.setDetail(why.getMessage());
    if (origin.isFile()) {
      letter.setFile(origin.source());
      letter.setLine(origin.position());
    } else {
      letter.setTopic(origin.source());
      letter.setPartition(origin.partition());
      letter.setOffset(origin.position());
    }
    org.joda.time.Instant time = why.eventTime().orElse(timestamp);
    if (time.isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE)) {
      letter.setEventTime(Instant.ofEpochMilli(time.getMillis()));
    }
    return letter;
  }
}
