package dev.weir.loandecisions;

import dev.weir.bureau.AskBureau;
import dev.weir.deadletter.DeadLetters;
import dev.weir.dedup.KeepFirst;
import dev.weir.loan.Application;
import dev.weir.loan.Decide;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.ParseApplications;
import dev.weir.needs.Needs;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.values.PCollection;

/** Decides loan applications: known applicants at once, unknown ones by the bureau's score. */
public final class LoanDecisions {
  private LoanDecisions() {}

  /**
   * Reads the options without starting anything.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static void check(LoanDecisionsOptions options) {
    LoanPorts.of(options);
  }

  /**
   * The external resources that the options name, to be checked before the pipeline starts.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Needs needs(LoanDecisionsOptions options) {
    return LoanNeeds.of(options);
  }

  /**
   * Starts the pipeline that the options describe.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid; nothing was started
   */
  public static PipelineResult run(LoanDecisionsOptions options) {
    return assembled(options).run();
  }

  /**
   * Builds the pipeline that the options describe, without running it.
   *
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Pipeline assembled(LoanDecisionsOptions options) {
    LoanPorts ports = LoanPorts.of(options);
    Pipeline pipeline = Pipeline.create(options);
    assemble(pipeline, ports);
    return pipeline;
  }

  public static void assemble(Pipeline pipeline, LoanPorts ports) {
    DeadLetters rejected = new DeadLetters();

    PCollection<LoanDecision> decisions =
        pipeline
            .apply("ReadApplications", ports.applications())
            .failuresTo(rejected.list())
            .apply(
                "ParseApplications",
                ParseApplications.create().withJsonAmountsRounded(ports.roundAmounts()))
            .failuresTo(rejected.list())
            .apply(
                "AskBureau",
                AskBureau.at(ports.bureau(), ports.bureauPolicy(), ports.shards())
                    .aboutFirst(
                        KeepFirst.of(
                            Application::requestId,
                            Application::time,
                            Application::origin,
                            ports.dedupWindow(),
                            ports.shards())))
            .apply("Decide", Decide.byPolicy());

    PCollection<LoanDecision> published = decisions.apply("PublishDecisions", ports.decisions());
    ports.ledger().ifPresent(ledger -> published.apply("KeepInLedger", ledger));
    rejected.writeTo(pipeline, ports.deadLetters());
  }
}
