package dev.weir.iceberg.read;

import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.CombinedScanTask;
import org.apache.iceberg.util.SerializationUtil;

/**
 * The tasks of a scan, spread over the workers. A task is serialized by Java; as bytes, since it
 * has no equality that a coder could build on.
 */
final class PlanScan extends PTransform<PBegin, PCollection<byte[]>> {
  private static final long serialVersionUID = 1;

  private final PinnedScan scan;

  PlanScan(PinnedScan scan) {
    this.scan = scan;
  }

  @Override
  public PCollection<byte[]> expand(PBegin begin) {
    return begin
        .apply("NameTable", Create.of(scan.name()))
        .apply("PlanTasks", ParDo.of(new PlanTasks(scan)))
        .setCoder(ByteArrayCoder.of())
        .apply("SpreadTasks", Reshuffle.viaRandomKey());
  }

  static CombinedScanTask task(byte[] serialized) {
    return SerializationUtil.deserializeFromBytes(serialized);
  }

  /** Plans on a worker: a large table has more tasks than the graph of a job should hold. */
  private static final class PlanTasks extends DoFn<String, byte[]> {
    private static final long serialVersionUID = 1;

    private final PinnedScan scan;

    PlanTasks(PinnedScan scan) {
      this.scan = scan;
    }

    @ProcessElement
    public void process(OutputReceiver<byte[]> out) {
      scan.plan(task -> out.output(SerializationUtil.serializeToBytes(task)));
    }
  }
}
