package dev.weir.local;

import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.ports.PortException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the pipeline; its options are Beam's to parse. */
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
    if (help) {
      PipelineArguments.printHelp(
          "loan-decisions", LoanDecisionsOptions.class, spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    }
    PipelineResult.State end;
    try {
      LoanDecisions.check(PipelineArguments.parse(LoanDecisionsOptions.class, arguments));
      try (LocalCluster cluster = LocalCluster.ifNeeded(arguments)) {
        end =
            LoanDecisions.run(
                    PipelineArguments.parse(
                        LoanDecisionsOptions.class, cluster.complete(arguments)))
                .waitUntilFinish();
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return end == PipelineResult.State.DONE
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }
}
