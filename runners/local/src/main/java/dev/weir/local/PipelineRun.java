package dev.weir.local;

import dev.weir.needs.Needs;
import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the commands of the pipelines share.
 *
 * @param type the pipeline's options, which Beam parses
 * @param check rejects invalid options without starting anything
 * @param needs the external resources that the options name
 * @param run starts the pipeline
 * @param summary describes a finished run in one line
 */
record PipelineRun<O extends PipelineOptions>(
    Class<O> type,
    Consumer<O> check,
    Function<O, Needs> needs,
    Function<O, PipelineResult> run,
    Function<RunCounts, String> summary) {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  /**
   * Checks what the pipeline needs and runs it to its end, on its own cluster if the arguments name
   * none.
   *
   * @return the exit status
   * @throws ParameterException if an argument is invalid; nothing was started
   */
  int call(CommandSpec spec, boolean help, List<String> arguments) {
    if (help) {
      PipelineArguments.printHelp(spec.name(), type, spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    }
    PipelineResult.State end;
    try {
      O given = PipelineArguments.parse(type, arguments);
      check.accept(given);
      if (!BeforeStart.areMet(needs.apply(given), given, spec.commandLine().getErr())) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      try (LocalCluster cluster = LocalCluster.ifNeeded(arguments)) {
        O options = PipelineArguments.parse(type, cluster.complete(arguments));
        PipelineResult result = toItsEnd(options);
        end = result.getState();
        if (end == PipelineResult.State.DONE) {
          requireAnEnd(options);
          report(RunCounts.of(result), isLive(options), spec.commandLine().getOut());
        }
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return end == PipelineResult.State.DONE
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * Flink may restore a live job whose source failed to start as one that has read everything, and
   * the job then ends as if it had succeeded.
   */
  private static void requireAnEnd(PipelineOptions options) {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    if (isLive(options)
        && !new FlinkRest(flink.getFlinkMaster()).hasSavepoint(options.getJobName())) {
      throw new IllegalStateException(
          "the job ended although its input never ends: a source may not have been available when"
              + " it started; see the log, and start it again");
    }
  }

  private static boolean isLive(PipelineOptions options) {
    return options.getRunner() == FlinkRunner.class
        && options.as(FlinkPipelineOptions.class).isStreaming();
  }

  /** The summary comes last. A live job's counters cover only the time since its last start. */
  private void report(RunCounts counts, boolean live, PrintWriter out) {
    LOG.info("counted: {}", counts);
    out.println("log: " + LogFile.path());
    out.println(
        live
            ? "stopped: the job has ended with a savepoint; its counters are in the log"
            : "done: " + summary.apply(counts));
    out.flush();
  }

  /** Flink's client does not find its own classes if Maven has started this process. */
  private PipelineResult toItsEnd(O options) {
    try {
      PipelineResult result = run.apply(options);
      result.waitUntilFinish();
      return result;
    } catch (PortException e) {
      throw e;
    } catch (RuntimeException e) {
      String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
      if (options.getRunner() != FlinkRunner.class || !master.contains(":")) {
        throw e;
      }
      String why = new FlinkRest(master).failure(options.getJobName()).orElseThrow(() -> e);
      IllegalStateException failed = new IllegalStateException(why);
      // Not its cause: the innermost cause is what a user is shown.
      failed.addSuppressed(e);
      throw failed;
    }
  }
}
