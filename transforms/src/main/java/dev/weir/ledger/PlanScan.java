package dev.weir.ledger;

import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.CombinedScanTask;

/** The tasks of a scan, spread over the workers. */
final class PlanScan extends PTransform<PBegin, PCollection<CombinedScanTask>> {
  private static final long serialVersionUID = 1;

  private final PinnedScan scan;

  PlanScan(PinnedScan scan) {
    this.scan = scan;
  }

  @Override
  public PCollection<CombinedScanTask> expand(PBegin begin) {
    return begin
        .apply("NameTable", Create.of(scan.name()))
        .apply("PlanTasks", ParDo.of(new PlanTasks(scan)))
        .setCoder(SerializableCoder.of(CombinedScanTask.class))
        .apply("SpreadTasks", Reshuffle.viaRandomKey());
  }

  /** Plans on a worker: a large table has more tasks than the graph of a job should hold. */
  private static final class PlanTasks extends DoFn<String, CombinedScanTask> {
    private static final long serialVersionUID = 1;

    private final PinnedScan scan;

    PlanTasks(PinnedScan scan) {
      this.scan = scan;
    }

    @ProcessElement
    public void process(OutputReceiver<CombinedScanTask> out) {
      scan.plan(out::output);
    }
  }
}
