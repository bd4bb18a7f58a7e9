package dev.weir.local;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.ports.PortException;
import dev.weir.savedstate.StepNames;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;

/** The pipelines whose state a snapshot may hold, assembled as live jobs that never run. */
final class KnownPipelines {
  private static final String TOPIC = "=kafka://localhost:9092/topic";
  private static final String LEDGER = "--ledger=iceberg:ledger";

  /** With every optional output, so that every step that may have been there has a name. */
  private static final Map<String, Supplier<Pipeline>> ASSEMBLED =
      new TreeMap<>(
          Map.of(
              "loan-decisions",
              assembled(
                  LoanDecisionsOptions.class,
                  LoanDecisions::assembled,
                  "--applications" + TOPIC,
                  "--decisions" + TOPIC,
                  "--deadLetters" + TOPIC,
                  "--bureau=http://localhost",
                  LEDGER),
              "card-transactions",
              assembled(
                  CardTransactionsOptions.class,
                  CardTransactions::assembled,
                  "--customers" + TOPIC,
                  "--transactions" + TOPIC,
                  "--enriched" + TOPIC,
                  "--pending" + TOPIC,
                  "--metrics" + TOPIC,
                  "--customerChanges" + TOPIC,
                  "--deadLetters" + TOPIC,
                  "--scoring=http://localhost",
                  LEDGER)));

  private KnownPipelines() {}

  private static <O extends PipelineOptions> Supplier<Pipeline> assembled(
      Class<O> type, Function<O, Pipeline> assemble, String... arguments) {
    return () -> assemble.apply(PipelineArguments.parse(type, List.of(arguments)));
  }

  static Iterable<String> names() {
    return ASSEMBLED.keySet();
  }

  /**
   * @throws PortException where there is no such pipeline
   */
  static StepNames steps(String pipeline) {
    Supplier<Pipeline> assembled = ASSEMBLED.get(pipeline);
    if (assembled == null) {
      throw new PortException(
          "--pipeline: there is no pipeline '"
              + pipeline
              + "'; there are "
              + String.join(", ", names()));
    }
    return StepNames.of(assembled.get());
  }
}
