package dev.weir.loandecisions;

import dev.weir.bureau.BureauCalls;
import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.LoanApplication;
import dev.weir.loan.LoanDecision;
import dev.weir.ports.Durations;
import dev.weir.ports.Inputs;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Numbers;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.ports.Services;
import dev.weir.record.RawRecord;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * The inputs, outputs and service of loan decisions; the pipeline uses no other external resource.
 */
public record LoanPorts(
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> applications,
    boolean roundAmounts,
    PTransform<PCollection<LoanDecision>, PCollection<LoanDecision>> decisions,
    Optional<PTransform<PCollection<LoanDecision>, PDone>> ledger,
    PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> deadLetters,
    ServiceAddress bureau,
    ClientPolicy bureauPolicy,
    Duration dedupWindow,
    int shards) {
  static final String PIPELINE = "loan-decisions";
  static final String TABLE = "loan_decisions";
  private static final String STANDARD_PARTITIONING = "days(ts)";

  /**
   * @throws PortException if an argument is invalid
   */
  public static LoanPorts of(LoanDecisionsOptions options) {
    Port applications = Port.parse("applications", options.getApplications());
    Port decisions = Port.parse("decisions", options.getDecisions());
    Port deadLetters = Port.parse("deadLetters", options.getDeadLetters());
    Ledger ledger = Ledger.of(options, PIPELINE, Outputs.isLive(applications));
    Ledger byDay =
        ledger.partitionedBy(
            options.getPartition() == null ? STANDARD_PARTITIONING : options.getPartition());
    if (applications instanceof Port.Database) {
      throw new PortException(
          "--applications: a database provides changes, not applications; write"
              + " kafka://host:port/topic, file:path or iceberg:db.table");
    }
    Outputs.checkFits("decisions", decisions, applications);
    Outputs.checkFits("deadLetters", deadLetters, applications);
    KafkaSettings kafka = KafkaSettings.of(options, ledger.sinkId(), Outputs.isLive(applications));
    return new LoanPorts(
        Inputs.of(options, PIPELINE, kafka, applications)
            .from("applications", applications, LoanApplication.getClassSchema(), "ts", ledger),
        options.getRoundAmounts(),
        Outputs.to(decisions, LoanDecision.class, LoanDecision::getRequestId, null, kafka, byDay),
        ledgerTable(options, decisions)
            .map(table -> Outputs.append(table, LoanDecision.class, byDay)),
        Outputs.to(deadLetters, DeadLetter.class, Outputs::place, null, kafka, ledger),
        Services.of(options).at("bureau", options.getBureau(), BureauCalls.TOKEN),
        ClientPolicy.standard()
            .withBatch(Numbers.between("bureauBatch", options.getBureauBatch(), 1, 100))
            .withInFlight(Numbers.between("bureauInFlight", options.getBureauInFlight(), 1, 10_000))
            .withTimeout(Durations.parse("bureauTimeout", options.getBureauTimeout()))
            .withPatience(
                Durations.patience(
                    "bureauPatience", options.getBureauPatience(), Outputs.isLive(applications))),
        Durations.ofEventTime("dedupWindow", options.getDedupWindow()),
        Numbers.between("shards", options.getShards(), 1, 32_768));
  }

  private static Optional<String> ledgerTable(LoanDecisionsOptions options, Port decisions) {
    if (options.getLedger() == null) {
      return Optional.empty();
    }
    String table = Port.namespace("ledger", options.getLedger()) + "." + TABLE;
    if (decisions instanceof Port.Table other && other.name().equals(table)) {
      throw new PortException(
          "--decisions and --ledger both name the table " + table + "; name different tables");
    }
    return Optional.of(table);
  }
}
