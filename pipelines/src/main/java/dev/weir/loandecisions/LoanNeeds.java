package dev.weir.loandecisions;

import dev.weir.bureau.BureauCalls;
import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.LoanDecision;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.ports.Services;

/** The external resources that loan decisions need. */
final class LoanNeeds {
  private LoanNeeds() {}

  /**
   * @throws PortException if an argument is invalid
   */
  static Needs of(LoanDecisionsOptions options) {
    Port applications = Port.parse("applications", options.getApplications());
    boolean live = Outputs.isLive(applications);
    Ledger ledger = Ledger.of(options, LoanPorts.PIPELINE, live);
    return Needs.of(live, options.getCatalog(), ledger.catalog())
        .usesKafka(KafkaSettings.of(options, ledger.sinkId(), live))
        .writesAs(ledger.sinkId(), options.getTakeOver())
        .reads("applications", applications)
        .writes("decisions", options.getDecisions(), LoanDecision.class)
        .writes("deadLetters", options.getDeadLetters(), DeadLetter.class)
        .keeps("ledger", options.getLedger(), LoanPorts.TABLE)
        .asks(
            "bureau",
            Services.of(options).at("bureau", options.getBureau(), BureauCalls.TOKEN),
            Durations.patience("bureauPatience", options.getBureauPatience(), live),
            BureauCalls.ROUTES);
  }
}
