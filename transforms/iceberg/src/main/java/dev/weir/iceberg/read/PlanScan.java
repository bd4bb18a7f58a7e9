package dev.weir.iceberg.read;

import dev.weir.progress.FilePart;
import dev.weir.progress.ReadMeter;
import java.util.ArrayList;
import java.util.List;
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
  private final ReadMeter meter;

  /**
   * @param meter gets the parts that the tasks will read
   */
  PlanScan(PinnedScan scan, ReadMeter meter) {
    this.scan = scan;
    this.meter = meter;
  }

  @Override
  public PCollection<byte[]> expand(PBegin begin) {
    return begin
        .apply("NameTable", Create.of(scan.name()))
        .apply("PlanTasks", ParDo.of(new PlanTasks(scan, meter)))
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
    private final ReadMeter meter;

    PlanTasks(PinnedScan scan, ReadMeter meter) {
      this.scan = scan;
      this.meter = meter;
    }

    @ProcessElement
    public void process(OutputReceiver<byte[]> out) {
      boolean watched = meter.isWatched();
      List<FilePart> parts = new ArrayList<>();
      scan.plan(
          task -> {
            out.output(SerializationUtil.serializeToBytes(task));
            if (watched) {
              parts.addAll(PinnedScan.parts(task));
            }
          });
      meter.expect(parts);
    }
  }
}
