package dev.weir.local;

import dev.weir.ports.PortException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the commands of the pipelines have in common.
 *
 * @param type the pipeline's options, which are Beam's to parse
 * @param check reads the options without starting anything
 * @param run starts the pipeline
 */
record PipelineRun<O extends PipelineOptions>(
    Class<O> type, Consumer<O> check, Function<O, PipelineResult> run) {

  /**
   * Runs the pipeline to its end, on a cluster of its own where the arguments name none.
   *
   * @return the exit status
   * @throws ParameterException where an argument is of no use; nothing was started
   */
  int call(CommandSpec spec, boolean help, List<String> arguments) {
    if (help) {
      PipelineArguments.printHelp(spec.name(), type, spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    }
    PipelineResult.State end;
    try {
      check.accept(PipelineArguments.parse(type, arguments));
      try (LocalCluster cluster = LocalCluster.ifNeeded(arguments)) {
        end =
            run.apply(PipelineArguments.parse(type, cluster.complete(arguments))).waitUntilFinish();
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return end == PipelineResult.State.DONE
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }
}
