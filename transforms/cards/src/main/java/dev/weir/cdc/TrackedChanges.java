package dev.weir.cdc;

import dev.weir.changelog.RowChange;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;

/**
 * The outputs of {@link TrackChanges}; implementations add a getter for each of their own outputs.
 */
public interface TrackedChanges extends POutput {

  PCollectionTuple outputs();

  /**
   * Returns the rows whose last change could not be read, a changelog by {@code source_table} and
   * {@code row_key}.
   */
  default PCollection<RowChange<StaleRow>> staleRows() {
    return outputs().get(TrackChanges.STALE_ROWS);
  }

  @Override
  default Pipeline getPipeline() {
    return outputs().getPipeline();
  }

  @Override
  default Map<TupleTag<?>, PValue> expand() {
    return outputs().expand();
  }

  @Override
  default void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {
    outputs().finishSpecifyingOutput(transformName, input, transform);
  }
}
