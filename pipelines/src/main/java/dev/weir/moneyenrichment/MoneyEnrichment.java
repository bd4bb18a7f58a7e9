package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetters;
import dev.weir.needs.Needs;
import dev.weir.session.AskSessions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Enriches money movements with their user and session, from streams that arrive in any order. */
public final class MoneyEnrichment {
  private MoneyEnrichment() {}

  /**
   * Reads the options without starting anything.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static void check(MoneyEnrichmentOptions options) {
    MoneyPorts.of(options);
  }

  /**
   * The external resources that the options name, to be checked before the pipeline starts.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Needs needs(MoneyEnrichmentOptions options) {
    return MoneyNeeds.of(options);
  }

  /**
   * Starts the pipeline that the options describe.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid; nothing was started
   */
  public static PipelineResult run(MoneyEnrichmentOptions options) {
    return assembled(options).run();
  }

  /**
   * Builds the pipeline that the options describe, without running it.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Pipeline assembled(MoneyEnrichmentOptions options) {
    MoneyPorts ports = MoneyPorts.of(options);
    Pipeline pipeline = Pipeline.create(options);
    assemble(pipeline, ports);
    return pipeline;
  }

  static void assemble(Pipeline pipeline, MoneyPorts ports) {
    DeadLetters rejected = new DeadLetters();

    ports
        .streams()
        .enrich(pipeline, rejected)
        .apply(
            "AskSessions",
            AskSessions.at(ports.sessionService(), ports.sessionPolicy(), ports.streams().shards()))
        .apply("PublishEnriched", ports.enriched());
    rejected.writeTo(pipeline, ports.deadLetters());
  }
}
