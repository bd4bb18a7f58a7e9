package dev.weir.local;

import dev.weir.ports.PortException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
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
        O options = PipelineArguments.parse(type, cluster.complete(arguments));
        PipelineResult result = toItsEnd(options);
        end = result.getState();
        if (end == PipelineResult.State.DONE) {
          requireAnEnd(options);
          spec.commandLine().getOut().println(counts(result));
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
    boolean live = options.getRunner() == FlinkRunner.class && flink.isStreaming();
    if (live && !new FlinkRest(flink.getFlinkMaster()).hasSavepoint(options.getJobName())) {
      throw new IllegalStateException(
          "the job has ended, and its input never does: what it reads may not have been there when"
              + " it began; see the log, and start it again");
    }
  }

  /** What the pipeline has counted, in one line. */
  private static String counts(PipelineResult result) {
    Map<String, Long> counts = new TreeMap<>();
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace("weir")).build())
            .getCounters()) {
      counts.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return "done: "
        + counts.entrySet().stream()
            .map(count -> count.getKey() + " " + count.getValue())
            .collect(Collectors.joining(", "))
        + "; log: "
        + LogFile.path();
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
