package dev.weir.kafka.once;

import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;

/** Emits one empty list per writer group when a job starts without state. */
final class Starts<T>
    extends PTransform<PBegin, PCollection<KV<Integer, List<TimestampedValue<T>>>>> {
  private static final long serialVersionUID = 1L;

  private final int groups;
  private final Coder<KV<Integer, List<TimestampedValue<T>>>> coder;

  Starts(int groups, Coder<KV<Integer, List<TimestampedValue<T>>>> coder) {
    this.groups = groups;
    this.coder = coder;
  }

  @Override
  public PCollection<KV<Integer, List<TimestampedValue<T>>>> expand(PBegin begin) {
    return begin
        .apply("Groups", Read.from(new StartSource(groups)))
        .apply("EmptyList", ParDo.of(new EmptyList<T>()))
        .setCoder(coder);
  }

  private static final class EmptyList<T>
      extends DoFn<Integer, KV<Integer, List<TimestampedValue<T>>>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element Integer group, OutputReceiver<KV<Integer, List<TimestampedValue<T>>>> out) {
      out.output(KV.of(group, List.of()));
    }
  }
}
