package dev.weir.local;

import dev.weir.ports.PortException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
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
        end = toItsEnd(PipelineArguments.parse(type, cluster.complete(arguments)));
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return end == PipelineResult.State.DONE
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** Flink's client does not find its own classes where Maven has started this process. */
  private PipelineResult.State toItsEnd(O options) {
    try {
      return run.apply(options).waitUntilFinish();
    } catch (PortException e) {
      throw e;
    } catch (RuntimeException e) {
      String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
      if (options.getRunner() != FlinkRunner.class || !master.contains(":")) {
        throw e;
      }
      String why = new FlinkRest(master).failure(options.getJobName()).orElseThrow(() -> e);
      IllegalStateException failed = new IllegalStateException(why);
      // Not its cause: the last of those is what a user is shown.
      failed.addSuppressed(e);
      throw failed;
    }
  }
}
