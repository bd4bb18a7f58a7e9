package dev.weir.loan;

import dev.weir.encoding.SingleObjectCoder;
import java.util.EnumMap;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Decides every application by the rules of {@link LoanPolicy} and counts the decisions by status.
 */
public final class Decide
    extends PTransform<PCollection<AssessedApplication>, PCollection<LoanDecision>> {
  private static final long serialVersionUID = 1L;

  private Decide() {}

  public static Decide byPolicy() {
    return new Decide();
  }

  @Override
  public PCollection<LoanDecision> expand(PCollection<AssessedApplication> applications) {
    return applications
        .apply("ApplyPolicy", ParDo.of(new ApplyPolicy()))
        .setCoder(SingleObjectCoder.of(LoanDecision.class));
  }

  private static final class ApplyPolicy extends DoFn<AssessedApplication, LoanDecision> {
    private static final long serialVersionUID = 1L;
    private static final Map<Status, Counter> DECIDED = new EnumMap<>(Status.class);

    static {
      DECIDED.put(Status.APPROVED, Metrics.counter("weir", "approved"));
      DECIDED.put(Status.DENIED, Metrics.counter("weir", "denied"));
      DECIDED.put(Status.REFERRED, Metrics.counter("weir", "referred"));
    }

    /** Of this bundle: a counter looks itself up for each increment. */
    private transient Map<Status, Long> decided;

    @StartBundle
    public void startBundle() {
      decided = new EnumMap<>(Status.class);
    }

    @FinishBundle
    public void finishBundle() {
      decided.forEach((status, count) -> DECIDED.get(status).inc(count));
    }

    @ProcessElement
    public void process(@Element AssessedApplication assessed, OutputReceiver<LoanDecision> out) {
      LoanDecision decision = LoanPolicy.decide(assessed.application(), assessed.score());
      decided.merge(decision.getStatus(), 1L, Long::sum);
      out.output(decision);
    }
  }
}
