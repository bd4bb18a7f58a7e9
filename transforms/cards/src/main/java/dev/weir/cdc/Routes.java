package dev.weir.cdc;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * The outputs of a {@link Tracker}'s outcomes, and which outcome goes to which.
 *
 * @param <O> an outcome
 */
public interface Routes<O> extends Serializable {

  TupleTagList outputs();

  /** Emits what follows from an outcome. */
  void emit(O outcome, Instant timestamp, MultiOutputReceiver receiver);

  /** Emits all outcomes, as they are, to one output. */
  static <O> Routes<O> to(TupleTag<O> output) {
    return new ToOne<>(output);
  }

  /**
   * All outcomes in one output.
   *
   * @param <O> an outcome
   */
  record ToOne<O>(TupleTag<O> output) implements Routes<O> {
    @Override
    public TupleTagList outputs() {
      return TupleTagList.of(output);
    }

    @Override
    public void emit(O outcome, Instant timestamp, MultiOutputReceiver receiver) {
      receiver.get(output).outputWithTimestamp(outcome, timestamp);
    }
  }
}
