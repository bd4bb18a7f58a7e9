package dev.weir.loandecisions;

import dev.weir.deadletter.DeadLetter;
import dev.weir.intake.RawRecord;
import dev.weir.loan.LoanApplication;
import dev.weir.loan.LoanDecision;
import dev.weir.ports.Durations;
import dev.weir.ports.Inputs;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.service.ClientPolicy;
import java.net.URI;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/** What loan decisions are made from and go to; the pipeline knows nothing else of the outside. */
record LoanPorts(
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> applications,
    PTransform<PCollection<LoanDecision>, PDone> decisions,
    PTransform<PCollection<DeadLetter>, PDone> deadLetters,
    URI bureau,
    ClientPolicy bureauPolicy,
    Duration dedupWindow,
    int shards) {

  /**
   * @throws PortException where an argument is of no use
   */
  static LoanPorts of(LoanDecisionsOptions options) {
    Port applications = Port.parse("applications", options.getApplications());
    Port decisions = Port.parse("decisions", options.getDecisions());
    Port deadLetters = Port.parse("deadLetters", options.getDeadLetters());
    Outputs.checkFits("decisions", decisions, applications);
    Outputs.checkFits("deadLetters", deadLetters, applications);
    return new LoanPorts(
        Inputs.from(applications, LoanApplication.getClassSchema()),
        Outputs.to(decisions, LoanDecision.class, LoanDecision::getRequestId),
        Outputs.to(deadLetters, DeadLetter.class, LoanPorts::place),
        Port.service("bureau", options.getBureau()),
        ClientPolicy.standard()
            .withBatch(between("bureauBatch", options.getBureauBatch(), 1, 100))
            .withInFlight(between("bureauInFlight", options.getBureauInFlight(), 1, 10_000))
            .withTimeout(Durations.parse("bureauTimeout", options.getBureauTimeout())),
        Duration.millis(Durations.parse("dedupWindow", options.getDedupWindow()).toMillis()),
        between("shards", options.getShards(), 1, 32_768));
  }

  private static int between(String option, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new PortException(
          "--" + option + " must be " + lowest + " to " + highest + " and is " + value);
    }
    return value;
  }

  /** A dead letter's natural key: the place of the record it stands for. */
  private static String place(DeadLetter letter) {
    return letter.getTopic() == null
        ? letter.getFile() + "/" + letter.getLine()
        : letter.getTopic() + "/" + letter.getPartition() + "/" + letter.getOffset();
  }
}
