package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetters;
import dev.weir.money.EnrichFromStreams;
import dev.weir.money.ParseMoneyEvents;
import dev.weir.money.StoredEvent;
import dev.weir.session.AskSessions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/** Enriches money movements with their user and session, from streams that come in any order. */
public final class MoneyEnrichment {
  private MoneyEnrichment() {}

  /**
   * Reads the options without starting anything.
   *
   * @throws dev.weir.ports.PortException where an argument is of no use
   */
  public static void check(MoneyEnrichmentOptions options) {
    MoneyPorts.of(options);
  }

  /**
   * Starts the pipeline that the options describe.
   *
   * @throws dev.weir.ports.PortException where an argument is of no use; nothing was started
   */
  public static PipelineResult run(MoneyEnrichmentOptions options) {
    MoneyPorts ports = MoneyPorts.of(options);
    Pipeline pipeline = Pipeline.create(options);
    assemble(pipeline, ports);
    return pipeline.run();
  }

  static void assemble(Pipeline pipeline, MoneyPorts ports) {
    DeadLetters rejected = new DeadLetters();

    PCollection<StoredEvent> wallet =
        pipeline
            .apply("ReadWallet", ports.wallet())
            .failuresTo(rejected.list())
            .apply("ParseWallet", ParseMoneyEvents.ofWallet())
            .failuresTo(rejected.list());
    PCollection<StoredEvent> users =
        pipeline
            .apply("ReadUsers", ports.users())
            .failuresTo(rejected.list())
            .apply("ParseUsers", ParseMoneyEvents.ofUsers())
            .failuresTo(rejected.list());
    PCollection<StoredEvent> sessions =
        pipeline
            .apply("ReadSessions", ports.sessions())
            .failuresTo(rejected.list())
            .apply("ParseSessions", ParseMoneyEvents.ofSessions())
            .failuresTo(rejected.list());

    PCollectionList.of(wallet)
        .and(users)
        .and(sessions)
        .apply("AllEvents", Flatten.pCollections())
        .apply("EnrichFromStreams", EnrichFromStreams.waiting(ports.sessionWait(), ports.shards()))
        .apply(
            "AskSessions",
            AskSessions.at(ports.sessionService(), ports.sessionPolicy(), ports.shards()))
        .apply("PublishEnriched", ports.enriched());
    rejected.writeTo(pipeline, ports.deadLetters());
  }
}
