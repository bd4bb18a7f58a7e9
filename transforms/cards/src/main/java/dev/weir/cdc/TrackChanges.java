package dev.weir.cdc;

import dev.weir.changelog.RowChange;
import dev.weir.sharding.Shards;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Follows each key through its changes, in the order of their positions: a change that is older
 * than the last one of its key, or a repeat of it, is dropped and counted as {@code changes_stale}.
 * A row whose last change could not be read is reported, see {@link TrackedChanges#staleRows}.
 *
 * <p>Unbounded input is judged in the order of its arrival; bounded input, whose order a runner may
 * change, is sorted first, and says for each key only what is true at the end.
 *
 * @param <C> a change of a row
 * @param <S> what is remembered of a key
 * @param <O> what comes out
 */
public final class TrackChanges<C, S extends SpecificRecordBase, O>
    extends PTransform<PCollection<C>, TrackedChanges<O>> {
  private static final long serialVersionUID = 1L;

  private final Tracker<C, S, O> tracker;
  private final Class<S> state;
  private final Coder<O> coder;
  private final String table;
  private final int shards;

  private TrackChanges(
      Tracker<C, S, O> tracker, Class<S> state, Coder<O> coder, String table, int shards) {
    this.tracker = tracker;
    this.table = table;
    this.state = state;
    this.coder = coder;
    this.shards = shards;
  }

  /**
   * @param table the database's name for the table, which stale rows are reported of
   * @param shards how many places the keys are spread over
   */
  public static <C, S extends SpecificRecordBase, O> TrackChanges<C, S, O> by(
      Tracker<C, S, O> tracker, Class<S> state, Coder<O> coder, String table, int shards) {
    return new TrackChanges<>(
        Objects.requireNonNull(tracker),
        Objects.requireNonNull(state),
        Objects.requireNonNull(coder),
        Objects.requireNonNull(table),
        shards);
  }

  @Override
  public TrackedChanges<O> expand(PCollection<C> changes) {
    Tracker<C, S, O> rules = tracker;
    StaleReports reports = new StaleReports(table);
    TupleTag<O> outcomes = new TupleTag<>() {};
    TupleTag<RowChange<StaleRow>> stale = new TupleTag<>() {};
    var byShard = changes.apply("KeyByShard", Shards.of(shards, rules::key));
    PCollectionTuple both =
        changes.isBounded() == IsBounded.BOUNDED
            ? byShard
                .apply("GroupByShard", GroupByKey.create())
                .apply(
                    "TrackSorted",
                    ParDo.of(new TrackSorted<>(rules, reports, outcomes, stale))
                        .withOutputTags(outcomes, TupleTagList.of(stale)))
            : byShard.apply(
                "TrackArrived",
                ParDo.of(new TrackArrived<>(rules, state, reports, outcomes, stale))
                    .withOutputTags(outcomes, TupleTagList.of(stale)));
    return new TrackedChanges<>(
        changes.getPipeline(),
        both.get(outcomes).setCoder(coder),
        both.get(stale).setCoder(StaleReports.CODER));
  }
}
