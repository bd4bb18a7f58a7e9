package dev.weir.ports;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** Writes records with a sink and emits the same records. */
final class PassOn<T> extends PTransform<PCollection<T>, PCollection<T>> {
  private static final long serialVersionUID = 1L;

  private final PTransform<PCollection<T>, PDone> sink;

  PassOn(PTransform<PCollection<T>, PDone> sink) {
    this.sink = sink;
  }

  /** The steps of the sink have the same names as if it were applied by itself. */
  @Override
  public PCollection<T> expand(PCollection<T> records) {
    sink.expand(records);
    return records;
  }
}
