package dev.weir.cardtransactions;

import dev.weir.card.CustomerChange;
import dev.weir.card.EnrichTransactions;
import dev.weir.card.FindDeletions;
import dev.weir.card.KeepCustomers;
import dev.weir.card.ParseCardChanges;
import dev.weir.card.ScoreTransactions;
import dev.weir.card.TrackCustomers;
import dev.weir.card.TrackTransactions;
import dev.weir.deadletter.DeadLetters;
import dev.weir.needs.Needs;
import dev.weir.spend.MeasureSpend;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Follows card transactions from a database's log into the lake: settled ones with their customer
 * and a fraud score, pending ones, what each account spent in each window.
 */
public final class CardTransactions {
  private CardTransactions() {}

  /**
   * Reads the options without starting anything.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static void check(CardTransactionsOptions options) {
    CardPorts.of(options);
  }

  /**
   * The external resources that the options name, to be checked before the pipeline starts.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Needs needs(CardTransactionsOptions options) {
    return CardNeeds.of(options);
  }

  /**
   * Starts the pipeline that the options describe.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid; nothing was started
   */
  public static PipelineResult run(CardTransactionsOptions options) {
    return assembled(options).run();
  }

  /**
   * Builds the pipeline that the options describe, without running it.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Pipeline assembled(CardTransactionsOptions options) {
    CardPorts ports = CardPorts.of(options);
    Pipeline pipeline = Pipeline.create(options);
    assemble(pipeline, ports);
    return pipeline;
  }

  static void assemble(Pipeline pipeline, CardPorts ports) {
    DeadLetters rejected = new DeadLetters();
    CardPorts.Times times = ports.times();

    TrackCustomers.Tracked trackedCustomers =
        pipeline
            .apply("ReadCustomers", ports.customers())
            .failuresTo(rejected.list())
            .apply("ParseCustomers", ParseCardChanges.ofCustomers())
            .failuresTo(rejected.list())
            .apply("TrackCustomers", TrackCustomers.inShards(ports.shards()));
    PCollection<CustomerChange> customers = trackedCustomers.changes();
    TrackTransactions.Tracked transactions =
        pipeline
            .apply("ReadTransactions", ports.transactions())
            .failuresTo(rejected.list())
            .apply("ParseTransactions", ParseCardChanges.ofTransactions())
            .failuresTo(rejected.list())
            .apply(
                "TrackTransactions",
                TrackTransactions.of(times.metrics(), ports.shards()).keeping(times.erasure()))
            .failuresTo(rejected.list());

    CardOutputs outputs = ports.outputs();
    if (!outputs.enriched.isEmpty()) {
      outputs.enriched.write(
          transactions
              .settled()
              .apply(
                  "ScoreTransactions",
                  ScoreTransactions.by(ports.scoring(), ports.scoringPolicy(), ports.shards()))
              .apply(
                  "EnrichTransactions",
                  EnrichTransactions.with(
                      customers, times.customerWait(), times.erasure(), ports.shards())));
    }
    outputs.spend.write(
        transactions
            .spend()
            .apply(
                "MeasureSpend", MeasureSpend.inStandardWindows(times.metrics(), ports.shards())));
    outputs.pending.write(transactions.pending());
    outputs.customerRows.write(customers.apply("KeepCustomers", KeepCustomers.asRows()));
    outputs.deletions.write(customers.apply("FindDeletions", FindDeletions.asRows()));
    outputs.deletionRecords.write(
        customers.apply("FindDeletionRecords", FindDeletions.asRecords()));
    outputs.staleRows.write(
        PCollectionList.of(trackedCustomers.staleRows())
            .and(transactions.staleRows())
            .apply("FlattenStaleRows", Flatten.pCollections()));
    rejected.writeTo(pipeline, outputs.deadLetters);
  }
}
