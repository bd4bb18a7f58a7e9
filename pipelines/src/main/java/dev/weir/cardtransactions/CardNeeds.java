package dev.weir.cardtransactions;

import dev.weir.card.CardTables;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.scoring.ScoringCalls;

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
    return Needs.of(
            live, options.getCatalog(), Ledger.of(options, CardPorts.PIPELINE, live).catalog())
        .usesKafka(KafkaSettings.of(options).properties())
        .readsChanges(
            "customers", customers, CardPorts.PIPELINE, CardPorts.CUSTOMERS, CardTables.CUSTOMERS)
        .readsChanges(
            "transactions",
            transactions,
            CardPorts.PIPELINE,
            CardPorts.TRANSACTIONS,
            CardTables.TRANSACTIONS)
        .writes("enriched", options.getEnriched())
        .writes("pending", options.getPending())
        .writes("metrics", options.getMetrics())
        .writes("customerChanges", options.getCustomerChanges())
        .writes("deadLetters", options.getDeadLetters())
        .keeps("ledger", options.getLedger(), "enriched_transactions")
        .asks(
            "scoring",
            options.getScoring(),
            Durations.patience("scoringPatience", options.getScoringPatience(), live),
            ScoringCalls.ROUTES);
  }
}
