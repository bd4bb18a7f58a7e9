package dev.weir.local;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
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
    name = "card-transactions",
    description = "Follows card transactions from PostgreSQL to the lake.")
final class CardTransactionsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return new PipelineRun<>(
            CardTransactionsOptions.class,
            CardTransactions::check,
            CardTransactions::needs,
            CardTransactions::run,
            CardSummary::of)
        .call(spec, help, arguments);
  }
}
