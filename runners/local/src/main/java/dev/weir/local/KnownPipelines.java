package dev.weir.local;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.folders.TemporaryFolder;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.ports.PortException;
import dev.weir.savedstate.StepNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;

/** The pipelines whose state a snapshot may contain, assembled as live jobs that never run. */
final class KnownPipelines {
  private static final String TOPIC = "=kafka://localhost:9092/topic";
  private static final String LEDGER = "--ledger=iceberg:ledger";

  /** With every optional output, so that every possible step has a name. */
  private static final Map<String, Function<Path, Pipeline>> ASSEMBLED =
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
                  LEDGER),
              "money-enrichment",
              assembled(
                  MoneyEnrichmentOptions.class,
                  MoneyEnrichment::assembled,
                  "--wallet" + TOPIC,
                  "--users" + TOPIC,
                  "--sessions" + TOPIC,
                  "--enriched" + TOPIC,
                  "--deadLetters" + TOPIC,
                  "--sessionService=http://localhost")));

  private KnownPipelines() {}

  private static <O extends PipelineOptions> Function<Path, Pipeline> assembled(
      Class<O> type, Function<O, Pipeline> assemble, String... arguments) {
    return catalog ->
        assemble.apply(
            PipelineArguments.parse(
                type,
                Stream.concat(
                        Stream.of("--catalog=" + catalog, "--offline=true"), Stream.of(arguments))
                    .toList()));
  }

  static Iterable<String> names() {
    return ASSEMBLED.keySet();
  }

  /**
   * @throws PortException if there is no such pipeline
   */
  static void check(String pipeline) {
    if (!ASSEMBLED.containsKey(pipeline)) {
      throw new PortException(
          "--pipeline: there is no pipeline '"
              + pipeline
              + "'; the pipelines are "
              + String.join(", ", names()));
    }
  }

  /** The steps of a known pipeline; this takes about a second. */
  static StepNames steps(String pipeline) {
    // A pipeline creates its tables when it is assembled.
    try (TemporaryFolder folder = TemporaryFolder.create("lake")) {
      Path catalog = folder.path().resolve("catalog.properties");
      Path lake = folder.path().resolve("lake");
      Files.writeString(catalog, "type=hadoop\nwarehouse=" + lake + "\n");
      return StepNames.of(assembled(pipeline, catalog));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the folder for temporary files", e);
    }
  }

  /**
   * @param catalog a catalog file; the pipeline's tables are created in its catalog
   */
  static Pipeline assembled(String pipeline, Path catalog) {
    return ASSEMBLED.get(pipeline).apply(catalog);
  }
}
