package dev.weir.cardtransactions;

import dev.weir.card.CardTables;
import dev.weir.deadletter.DeadLetter;
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
import dev.weir.scoring.ScoringCalls;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * The inputs, outputs and service of card transactions; the pipeline uses no other external
 * resource.
 */
record CardPorts(
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> customers,
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> transactions,
    CardOutputs outputs,
    ServiceAddress scoring,
    ClientPolicy scoringPolicy,
    Times times,
    int shards) {
  static final String PIPELINE = "card-transactions";

  /** The database tables whose changes are read. */
  static final String CUSTOMERS = "public.customers";

  static final String TRANSACTIONS = "public.transactions";

  /**
   * How long state is kept, in event time.
   *
   * @param customerWait how long a transaction waits for its customer
   * @param metrics how long windows can be corrected
   * @param erasure how long transactions can be emitted again without personal data
   */
  record Times(Duration customerWait, Duration metrics, Duration erasure) {
    static Times of(CardTransactionsOptions options) {
      Duration wait = Durations.ofEventTime("customerWait", options.getCustomerWait());
      Duration metrics = Durations.ofEventTime("metricsRetention", options.getMetricsRetention());
      if (wait.isLongerThan(metrics)) {
        throw new PortException(
            "--customerWait ("
                + options.getCustomerWait()
                + ") must not be longer than --metricsRetention ("
                + options.getMetricsRetention()
                + ")");
      }
      Duration erasure =
          options.getErasureRetention() == null
              ? metrics
              : Durations.ofEventTime("erasureRetention", options.getErasureRetention());
      if (erasure.isShorterThan(metrics)) {
        throw new PortException(
            "--erasureRetention ("
                + options.getErasureRetention()
                + ") must not be shorter than --metricsRetention ("
                + options.getMetricsRetention()
                + ")");
      }
      return new Times(wait, metrics, erasure);
    }
  }

  /**
   * @throws PortException if an argument is invalid
   */
  static CardPorts of(CardTransactionsOptions options) {
    Port customers = Port.parse("customers", options.getCustomers());
    Port transactions = Port.parse("transactions", options.getTransactions());
    Port live = Outputs.isLive(customers) ? customers : transactions;
    Times times = Times.of(options);
    Ledger ledger = Ledger.of(options, PIPELINE, Outputs.isLive(live));
    KafkaSettings kafka = KafkaSettings.of(options, ledger.sinkId(), Outputs.isLive(live));
    Inputs inputs = Inputs.of(options, PIPELINE, kafka, customers, transactions);
    return new CardPorts(
        inputs.changes("customers", customers, PIPELINE, CUSTOMERS, CardTables.CUSTOMERS),
        inputs.changes(
            "transactions", transactions, PIPELINE, TRANSACTIONS, CardTables.TRANSACTIONS),
        new CardOutputs(options, kafka, ledger, live),
        Services.of(options).at("scoring", options.getScoring(), ScoringCalls.TOKEN),
        ClientPolicy.standard()
            .withBatch(Numbers.between("scoringBatch", options.getScoringBatch(), 1, 100))
            .withInFlight(
                Numbers.between("scoringInFlight", options.getScoringInFlight(), 1, 10_000))
            .withTimeout(Durations.parse("scoringTimeout", options.getScoringTimeout()))
            .withPatience(
                Durations.patience(
                    "scoringPatience", options.getScoringPatience(), Outputs.isLive(live))),
        times,
        Numbers.between("shards", options.getShards(), 1, 32_768));
  }
}
