package dev.weir.cdc;

import dev.weir.intake.Shards;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;

/**
 * Follows each key through its changes, in the order of their positions: a change that is older
 * than the last one of its key, or a repeat of it, is dropped and counted as {@code changes_stale}.
 *
 * <p>Unbounded input is judged in the order of its arrival; bounded input, whose order a runner may
 * change, is sorted first, and says for each key only what is true at the end.
 *
 * @param <C> a change of a row
 * @param <S> what is remembered of a key
 * @param <O> what comes out
 */
public final class TrackChanges<C, S extends SpecificRecordBase, O>
    extends PTransform<PCollection<C>, PCollection<O>> {
  private static final long serialVersionUID = 1L;

  private final Tracker<C, S, O> tracker;
  private final Class<S> state;
  private final Coder<O> coder;
  private final int shards;

  private TrackChanges(Tracker<C, S, O> tracker, Class<S> state, Coder<O> coder, int shards) {
    this.tracker = tracker;
    this.state = state;
    this.coder = coder;
    this.shards = shards;
  }

  /**
   * @param shards how many places the keys are spread over
   */
  public static <C, S extends SpecificRecordBase, O> TrackChanges<C, S, O> by(
      Tracker<C, S, O> tracker, Class<S> state, Coder<O> coder, int shards) {
    return new TrackChanges<>(
        Objects.requireNonNull(tracker),
        Objects.requireNonNull(state),
        Objects.requireNonNull(coder),
        shards);
  }

  @Override
  public PCollection<O> expand(PCollection<C> changes) {
    Tracker<C, S, O> rules = tracker;
    var byShard = changes.apply("KeyByShard", Shards.of(shards, rules::key));
    PCollection<O> out =
        changes.isBounded() == IsBounded.BOUNDED
            ? byShard
                .apply("GroupByShard", GroupByKey.create())
                .apply("TrackSorted", ParDo.of(new TrackSorted<>(rules)))
            : byShard.apply("TrackArrived", ParDo.of(new TrackArrived<>(rules, state)));
    return out.setCoder(coder);
  }
}
