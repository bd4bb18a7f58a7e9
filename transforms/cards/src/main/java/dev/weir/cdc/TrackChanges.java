package dev.weir.cdc;

import dev.weir.changelog.RowChange;
import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Tracks each key through its changes, in the order of their positions. A change that is older than
 * the last one of its key, or a repeat of it, is dropped and counted as {@code changes_stale}. A
 * row whose last change could not be read is reported in {@link #STALE_ROWS}.
 *
 * <p>Unbounded input is processed in the order of arrival. Bounded input, whose order a runner may
 * change, is sorted first, and only the final result is emitted for each key.
 *
 * @param <C> a change of a row
 * @param <S> the state of a key
 * @param <O> an outcome, which {@link Routes} map to an output
 */
public final class TrackChanges<C, S extends SpecificRecordBase, O>
    extends PTransform<PCollection<C>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** See {@link TrackedChanges#staleRows}. */
  public static final TupleTag<RowChange<StaleRow>> STALE_ROWS = new TupleTag<>("staleRows");

  private final Tracker<C, S, O> tracker;
  private final Class<S> state;
  private final Routes<O> routes;
  private final String table;
  private final int shards;

  private TrackChanges(
      Tracker<C, S, O> tracker, Class<S> state, Routes<O> routes, String table, int shards) {
    this.tracker = tracker;
    this.table = table;
    this.state = state;
    this.routes = routes;
    this.shards = shards;
  }

  /**
   * @param table the table's name in the database, under which stale rows are reported
   * @param shards the number of shards for the keys
   */
  public static <C, S extends SpecificRecordBase, O> TrackChanges<C, S, O> by(
      Tracker<C, S, O> tracker, Class<S> state, Routes<O> routes, String table, int shards) {
    return new TrackChanges<>(
        Objects.requireNonNull(tracker),
        Objects.requireNonNull(state),
        Objects.requireNonNull(routes),
        Objects.requireNonNull(table),
        shards);
  }

  @Override
  public PCollectionTuple expand(PCollection<C> changes) {
    Tracker<C, S, O> rules = tracker;
    StaleReports reports = new StaleReports(table);
    PCollectionTuple outputs =
        Fork.byShard(
            "Track",
            changes.apply("KeyByShard", Shards.of(shards, rules::key)),
            ParDo.of(new TrackArrived<>(rules, state, reports, routes))
                .withOutputTags(STALE_ROWS, routes.outputs()),
            ParDo.of(new TrackSorted<>(rules, reports, routes))
                .withOutputTags(STALE_ROWS, routes.outputs()));
    outputs.get(STALE_ROWS).setCoder(StaleReports.CODER);
    return outputs;
  }
}
