package dev.weir.local;

import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the pipeline; Beam parses its options. */
@Command(name = "loan-decisions", description = "Decides loan applications, live or from history.")
final class LoanDecisionsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return new PipelineRun<>(
            LoanDecisionsOptions.class,
            LoanDecisions::check,
            LoanDecisions::needs,
            LoanDecisions::run,
            LoanSummary::of)
        .call(spec, help, arguments);
  }
}
