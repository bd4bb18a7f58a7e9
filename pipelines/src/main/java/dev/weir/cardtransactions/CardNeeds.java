package dev.weir.cardtransactions;

import dev.weir.card.CardTables;
import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.deadletter.DeadLetter;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.ports.Services;
import dev.weir.scoring.ScoringCalls;
import dev.weir.spend.SpendMetrics;

/** The external resources that card transactions need. */
final class CardNeeds {
  private CardNeeds() {}

  /**
   * @throws PortException if an argument is invalid
   */
  static Needs of(CardTransactionsOptions options) {
    Port customers = Port.parse("customers", options.getCustomers());
    Port transactions = Port.parse("transactions", options.getTransactions());
    boolean live = Outputs.isLive(customers) || Outputs.isLive(transactions);
    Ledger ledger = Ledger.of(options, CardPorts.PIPELINE, live);
    return Needs.of(live, options.getCatalog(), ledger.catalog())
        .usesKafka(KafkaSettings.of(options, ledger.sinkId(), live))
        .writesAs(ledger.sinkId(), options.getTakeOver())
        .readsChanges(
            "customers", customers, CardPorts.PIPELINE, CardPorts.CUSTOMERS, CardTables.CUSTOMERS)
        .readsChanges(
            "transactions",
            transactions,
            CardPorts.PIPELINE,
            CardPorts.TRANSACTIONS,
            CardTables.TRANSACTIONS)
        .writes("enriched", options.getEnriched(), EnrichedTransaction.class)
        .writes("pending", options.getPending(), Transaction.class)
        .writes("metrics", options.getMetrics(), SpendMetrics.class)
        .writes("customerChanges", options.getCustomerChanges(), CustomerRemoval.class)
        .writes("deadLetters", options.getDeadLetters(), DeadLetter.class)
        .keeps("ledger", options.getLedger(), "enriched_transactions")
        .asks(
            "scoring",
            Services.of(options).at("scoring", options.getScoring(), ScoringCalls.TOKEN),
            Durations.patience("scoringPatience", options.getScoringPatience(), live),
            ScoringCalls.ROUTES);
  }
}
