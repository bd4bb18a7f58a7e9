package dev.weir.deadletter;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** Collects the dead letters of one pipeline: every step adds to them, and one sink writes them. */
public final class DeadLetters {
  /** The output of a step for the records that it rejects; see {@link #divide}. */
  public static final TupleTag<DeadLetter> REJECTED = new TupleTag<>("rejected");

  private static final Counter COUNT = Metrics.counter("weir", "dead_letters");

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
   * Applies a step that emits records to its main output and dead letters to {@link #REJECTED}.
   *
   * @param name the name of the step
   */
  public static <I, T> Result<PCollection<T>, DeadLetter> divide(
      String name, PCollection<I> input, DoFn<I, T> step, Coder<T> coder) {
    TupleTag<T> accepted = new TupleTag<>("accepted");
    PCollectionTuple both =
        input.apply(name, ParDo.of(step).withOutputTags(accepted, TupleTagList.of(REJECTED)));
    return Result.of(both.get(accepted).setCoder(coder), both.get(REJECTED).setCoder(coder()));
  }

  /** Counts a dead letter and emits it to {@link #REJECTED}. */
  public static void reject(DeadLetter letter, MultiOutputReceiver out) {
    COUNT.inc();
    out.get(REJECTED).output(letter);
  }

  /** Like {@link #reject(DeadLetter, MultiOutputReceiver)}, of a record with its own timestamp. */
  public static void reject(
      DeadLetter letter, org.joda.time.Instant timestamp, MultiOutputReceiver out) {
    COUNT.inc();
    out.get(REJECTED).outputWithTimestamp(letter, timestamp);
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
