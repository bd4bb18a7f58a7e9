package dev.weir.cdc;

import dev.weir.changelog.RowChange;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;

/**
 * What {@link TrackChanges} makes of changes.
 *
 * @param outcomes what follows from the changes that were applied
 * @param staleRows the rows whose last change could not be read, a changelog by {@code
 *     source_table} and {@code row_key}
 * @param <O> an outcome
 */
public record TrackedChanges<O>(
    Pipeline pipeline, PCollection<O> outcomes, PCollection<RowChange<StaleRow>> staleRows)
    implements POutput {

  @Override
  public Pipeline getPipeline() {
    return pipeline;
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(
        new TupleTag<>("outcomes"), outcomes,
        new TupleTag<>("staleRows"), staleRows);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {
    expand()
        .values()
        .forEach(value -> value.finishSpecifyingOutput(transformName, input, transform));
  }
}
