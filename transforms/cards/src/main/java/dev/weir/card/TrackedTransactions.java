package dev.weir.card;

import dev.weir.cdc.StaleRow;
import dev.weir.changelog.RowChange;
import dev.weir.deadletter.DeadLetter;
import dev.weir.spend.SpendChange;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;

/**
 * What {@link TrackTransactions} makes of changes.
 *
 * @param settled versions of settled transactions
 * @param pending the pending ones, a changelog by {@code txn_id}
 * @param spend what counts in the windows
 * @param staleRows the rows whose last change could not be read, see {@link
 *     dev.weir.cdc.TrackedChanges#staleRows}
 */
public record TrackedTransactions(
    Pipeline pipeline,
    PCollection<TransactionVersion> settled,
    PCollection<RowChange<Transaction>> pending,
    PCollection<SpendChange> spend,
    PCollection<RowChange<StaleRow>> staleRows,
    PCollection<DeadLetter> refused)
    implements POutput {

  /** Adds the dead letters to {@code list}. */
  public TrackedTransactions failuresTo(List<PCollection<DeadLetter>> list) {
    list.add(refused);
    return this;
  }

  @Override
  public Pipeline getPipeline() {
    return pipeline;
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(
        new TupleTag<>("settled"), settled,
        new TupleTag<>("pending"), pending,
        new TupleTag<>("spend"), spend,
        new TupleTag<>("staleRows"), staleRows,
        new TupleTag<>("refused"), refused);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {
    expand()
        .values()
        .forEach(value -> value.finishSpecifyingOutput(transformName, input, transform));
  }
}
