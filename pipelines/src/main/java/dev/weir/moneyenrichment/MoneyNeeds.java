package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetter;
import dev.weir.money.EnrichedMoney;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.ports.Services;
import dev.weir.session.SessionCalls;
import java.util.stream.Stream;

/** The external resources that money enrichment needs. */
final class MoneyNeeds {
  private MoneyNeeds() {}

  /**
   * @throws PortException if an argument is invalid
   */
  static Needs of(MoneyEnrichmentOptions options) {
    Port wallet = Port.parse("wallet", options.getWallet());
    Port users = Port.parse("users", options.getUsers());
    Port sessions = Port.parse("sessions", options.getSessions());
    boolean live = Stream.of(wallet, users, sessions).anyMatch(Outputs::isLive);
    Ledger ledger = Ledger.of(options, MoneyPorts.PIPELINE, live);
    return Needs.of(live, options.getCatalog(), ledger.catalog())
        .usesKafka(KafkaSettings.of(options, ledger.sinkId(), live))
        .writesAs(ledger.sinkId(), options.getTakeOver())
        .reads("wallet", wallet)
        .reads("users", users)
        .reads("sessions", sessions)
        .writes("enriched", options.getEnriched(), EnrichedMoney.class)
        .writes("deadLetters", options.getDeadLetters(), DeadLetter.class)
        .looksUp(
            "sessionService",
            Services.of(options)
                .at("sessionService", options.getSessionService(), SessionCalls.TOKEN),
            Durations.patience("sessionPatience", options.getSessionPatience(), live),
            SessionCalls.NO_SESSION);
  }

  /**
   * For a run that fills the state from history.
   *
   * @throws PortException if an argument is invalid
   */
  static Needs ofHistory(MoneyHistoryOptions options) {
    return Needs.withoutCatalog()
        .reads("wallet", Port.parse("wallet", options.getWallet()))
        .reads("users", Port.parse("users", options.getUsers()))
        .reads("sessions", Port.parse("sessions", options.getSessions()));
  }
}
