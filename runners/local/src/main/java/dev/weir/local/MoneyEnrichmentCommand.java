package dev.weir.local;

import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the pipeline; Beam parses its options. */
@Command(
    name = "money-enrichment",
    description = "Enriches money movements with users and sessions, live or from history.")
final class MoneyEnrichmentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return new PipelineRun<>(
            MoneyEnrichmentOptions.class,
            MoneyEnrichment::check,
            MoneyEnrichment::needs,
            MoneyEnrichment::run,
            MoneySummary::of)
        .call(spec, help, arguments);
  }
}
