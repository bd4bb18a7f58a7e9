package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetter;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.ProcessedAt;
import dev.weir.ports.Durations;
import dev.weir.ports.Inputs;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Numbers;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.ports.Services;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.session.SessionCalls;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * The inputs, outputs and service of money enrichment; the pipeline uses no other external
 * resource.
 */
record MoneyPorts(
    MoneyStreams streams,
    PTransform<PCollection<EnrichedMoney>, PCollection<EnrichedMoney>> enriched,
    PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> deadLetters,
    ServiceAddress sessionService,
    ClientPolicy sessionPolicy) {
  static final String PIPELINE = "money-enrichment";

  /**
   * @throws PortException if an argument is invalid
   */
  static MoneyPorts of(MoneyEnrichmentOptions options) {
    Port wallet = Port.parse("wallet", options.getWallet());
    Port users = Port.parse("users", options.getUsers());
    Port sessions = Port.parse("sessions", options.getSessions());
    Port live =
        Stream.of(wallet, users, sessions).filter(Outputs::isLive).findFirst().orElse(wallet);
    Port enriched = Port.parse("enriched", options.getEnriched());
    Port deadLetters = Port.parse("deadLetters", options.getDeadLetters());
    if (enriched instanceof Port.Table) {
      throw new PortException(
          "--enriched: enriched movements go to kafka://host:port/topic or file:folder");
    }
    Outputs.checkFits("enriched", enriched, live);
    Outputs.checkFits("deadLetters", deadLetters, live);
    Duration disorder = Durations.ofEventTime("disorder", options.getDisorder());
    Ledger ledger = Ledger.of(options, PIPELINE, Outputs.isLive(live));
    KafkaSettings kafka = KafkaSettings.of(options, ledger.sinkId(), Outputs.isLive(live));
    Inputs inputs = Inputs.of(options, PIPELINE, kafka, wallet, users, sessions);
    return new MoneyPorts(
        new MoneyStreams(
            inputs.events("wallet", wallet, new ProcessedAt(), disorder),
            inputs.events("users", users, new ProcessedAt(), disorder),
            inputs.events("sessions", sessions, new ProcessedAt(), disorder),
            Durations.ofEventTime("sessionWait", options.getSessionWait()),
            Numbers.between("shards", options.getShards(), 1, 32_768)),
        Outputs.to(
            enriched,
            EnrichedMoney.class,
            money -> money.getMoney().getUserId(),
            money -> money.getMoney().getUserId() + "/" + money.getMoney().getId(),
            kafka,
            ledger),
        Outputs.to(deadLetters, DeadLetter.class, Outputs::place, null, kafka, ledger),
        Services.of(options).at("sessionService", options.getSessionService(), SessionCalls.TOKEN),
        ClientPolicy.standard()
            .withBatch(1)
            .withLinger(java.time.Duration.ZERO)
            .withInFlight(
                Numbers.between("sessionInFlight", options.getSessionInFlight(), 1, 10_000))
            .withTimeout(Durations.parse("sessionTimeout", options.getSessionTimeout()))
            .withPatience(
                Durations.patience(
                    "sessionPatience", options.getSessionPatience(), Outputs.isLive(live))));
  }
}
