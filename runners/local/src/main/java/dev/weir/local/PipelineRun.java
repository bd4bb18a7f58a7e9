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
 * What the commands of the pipelines have in common.
 *
 * @param type the pipeline's options, which are Beam's to parse
 * @param check reads the options without starting anything
 * @param needs what the options name outside
 * @param run starts the pipeline
 * @param summary what a run has done, in one line
 */
record PipelineRun<O extends PipelineOptions>(
    Class<O> type,
    Consumer<O> check,
    Function<O, Needs> needs,
    Function<O, PipelineResult> run,
    Function<RunCounts, String> summary) {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  /**
   * Tries what the pipeline needs, and runs it to its end, on a cluster of its own where the
   * arguments name none.
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
      O given = PipelineArguments.parse(type, arguments);
      check.accept(given);
      if (!BeforeStart.isAllThere(needs.apply(given), given, spec.commandLine().getErr())) {
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
   * A live job whose source could not begin may be restored by Flink as one that has read all, and
   * end as if all were well.
   */
  private static void requireAnEnd(PipelineOptions options) {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    if (isLive(options)
        && !new FlinkRest(flink.getFlinkMaster()).hasSavepoint(options.getJobName())) {
      throw new IllegalStateException(
          "the job has ended, and its input never does: what it reads may not have been there when"
              + " it began; see the log, and start it again");
    }
  }

  private static boolean isLive(PipelineOptions options) {
    return options.getRunner() == FlinkRunner.class
        && options.as(FlinkPipelineOptions.class).isStreaming();
  }

  /** The summary comes last. What a live job has counted is only what it did since it started. */
  private void report(RunCounts counts, boolean live, PrintWriter out) {
    LOG.info("counted: {}", counts);
    out.println("log: " + LogFile.path());
    out.println(
        live
            ? "stopped: the job has ended with a savepoint; its counters are in the log"
            : "done: " + summary.apply(counts));
    out.flush();
  }

  /** Flink's client does not find its own classes where Maven has started this process. */
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
      // Not its cause: the last of those is what a user is shown.
      failed.addSuppressed(e);
      throw failed;
    }
  }
}
