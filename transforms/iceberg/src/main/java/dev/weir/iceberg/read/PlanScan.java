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
 * Plans the tasks of a scan and distributes them to the workers. Tasks are Java-serialized to
 * bytes, because they do not have the equality that a coder would rely on.
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

  /** Plans on a worker, because a large table has more tasks than a job graph should hold. */
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
