package dev.weir.it;

import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.LoanDecision;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.loandecisions.LoanPorts;
import dev.weir.record.RawRecord;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * The pipeline with a step after its first or before its last one that throws once, at an element
 * that the test chooses. It works if pipeline and test share a process, for one pipeline at a time.
 */
public final class FailingOnce {
  private static final AtomicLong LEFT = new AtomicLong();
  private static volatile CountDownLatch failed = new CountDownLatch(1);
  private static volatile Runnable atTheFailure = () -> {};

  /** Where the step is. */
  public enum Place {
    AFTER_READING,
    BEFORE_PUBLISHING
  }

  private FailingOnce() {}

  /**
   * Fails at the {@code n}-th element from now on, from 1.
   *
   * @param justBefore called right before
   */
  public static void after(long n, Runnable justBefore) {
    atTheFailure = justBefore;
    failed = new CountDownLatch(1);
    LEFT.set(n);
  }

  public static boolean hasFailed() {
    return failed.getCount() == 0;
  }

  public static PipelineResult run(LoanDecisionsOptions options, Place place) {
    LoanPorts ports = LoanPorts.of(options);
    Pipeline pipeline = Pipeline.create(options);
    LoanDecisions.assemble(
        pipeline,
        new LoanPorts(
            place == Place.AFTER_READING ? new Read(ports.applications()) : ports.applications(),
            ports.roundAmounts(),
            place == Place.BEFORE_PUBLISHING ? new Publish(ports.decisions()) : ports.decisions(),
            ports.ledger(),
            ports.deadLetters(),
            ports.bureau(),
            ports.bureauPolicy(),
            ports.dedupWindow(),
            ports.shards()));
    return pipeline.run();
  }

  private static final class Read
      extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
    private static final long serialVersionUID = 1L;

    private final PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> read;

    Read(PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> read) {
      this.read = read;
    }

    @Override
    public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
      Result<PCollection<RawRecord>, DeadLetter> both = begin.apply("Read", read);
      return Result.of(
          both.output()
              .apply("FailOnce", ParDo.of(new FailOnce<>()))
              .setCoder(both.output().getCoder()),
          both.failures());
    }
  }

  private static final class Publish
      extends PTransform<PCollection<LoanDecision>, PCollection<LoanDecision>> {
    private static final long serialVersionUID = 1L;

    private final PTransform<PCollection<LoanDecision>, PCollection<LoanDecision>> publish;

    Publish(PTransform<PCollection<LoanDecision>, PCollection<LoanDecision>> publish) {
      this.publish = publish;
    }

    @Override
    public PCollection<LoanDecision> expand(PCollection<LoanDecision> decisions) {
      return decisions
          .apply("FailOnce", ParDo.of(new FailOnce<>()))
          .setCoder(decisions.getCoder())
          .apply("Publish", publish);
    }
  }

  private static final class FailOnce<T> extends DoFn<T, T> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element T element, OutputReceiver<T> out) {
      if (LEFT.decrementAndGet() == 0) {
        atTheFailure.run();
        failed.countDown();
        throw new IllegalStateException("as the test wished");
      }
      out.output(element);
    }
  }
}
