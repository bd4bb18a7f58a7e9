package dev.weir.cdc;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Maps the outcomes of a {@link Tracker} to outputs.
 *
 * @param <O> an outcome
 */
public interface Routes<O> extends Serializable {

  TupleTagList outputs();

  /** Emits the elements that follow from an outcome, with the given timestamp. */
  void emit(O outcome, Instant timestamp, MultiOutputReceiver receiver);

  /** Emits all outcomes unchanged to one output. */
  static <O> Routes<O> to(TupleTag<O> output) {
    return new ToOne<>(output);
  }

  /**
   * Emits all outcomes to one output.
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
