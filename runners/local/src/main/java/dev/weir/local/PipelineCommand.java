package dev.weir.local;

import dev.weir.local.progress.RunProgress;
import dev.weir.needs.Needs;
import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * The command of a pipeline: checks what the pipeline needs and runs it to its end, on its own
 * cluster if the arguments name none. Beam parses the pipeline's options.
 */
final class PipelineCommand<O extends PipelineOptions> implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineCommand.class);

  private final Class<O> type;
  private final Consumer<O> check;
  private final Function<O, Needs> needs;
  private final Function<O, PipelineResult> run;
  private final Function<RunCounts, String> summary;
  private final Function<RunCounts, String> soFar;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Unmatched private List<String> arguments = new ArrayList<>();

  /**
   * @param type the pipeline's options
   * @param check rejects invalid options without starting anything
   * @param needs the external resources that the options name
   * @param run starts the pipeline
   * @param summary describes a finished run in one line
   * @param soFar describes the results of a run that has not ended in a few words
   */
  PipelineCommand(
      Class<O> type,
      Consumer<O> check,
      Function<O, Needs> needs,
      Function<O, PipelineResult> run,
      Function<RunCounts, String> summary,
      Function<RunCounts, String> soFar) {
    this.type = type;
    this.check = check;
    this.needs = needs;
    this.run = run;
    this.summary = summary;
    this.soFar = soFar;
  }

  /** Returns the command under a name, for {@link Main}. */
  CommandLine named(String name, String description) {
    CommandLine command = new CommandLine(this);
    command.getCommandSpec().name(name).usageMessage().description(description);
    return command;
  }

  /**
   * @return the exit status
   * @throws ParameterException if an argument is invalid; nothing was started
   */
  @Override
  public Integer call() {
    if (help) {
      PipelineArguments.printHelp(spec.name(), type, spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    }
    PipelineResult.State end;
    try {
      O given = PipelineArguments.parse(type, arguments);
      check.accept(given);
      Needs needed = needs.apply(given);
      if (!BeforeStart.areMet(needed, given, spec.commandLine().getErr())) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      InputSize input = InputSize.of(needed);
      try (LocalCluster cluster = LocalCluster.ifNeeded(arguments);
          ClientConfiguration client = ClientConfiguration.ifNeeded(arguments)) {
        O options =
            PipelineArguments.parse(
                type, client.complete(cluster.complete(arguments, input.bytes())));
        PipelineResult result =
            needed.isLive() ? toItsEnd(options, new AtomicReference<>()) : watched(options, input);
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

  /** Runs a job whose input ends, and shows how far it is. */
  private PipelineResult watched(O options, InputSize input) {
    AtomicReference<PipelineResult> started = new AtomicReference<>();
    if (options.getRunner() == DirectRunner.class) {
      // Otherwise its counters are not known before it ends.
      options.as(DirectOptions.class).setBlockOnRun(false);
    }
    try (RunProgress progress =
        RunProgress.start(
            options.getOptionsId(),
            input.files(),
            () -> state(options, started.get()),
            spec.commandLine().getErr())) {
      PipelineResult result = toItsEnd(options, started);
      if (result.getState() == PipelineResult.State.DONE) {
        progress.succeeded();
      }
      return result;
    }
  }

  /**
   * What a job that has not ended has done, if it is known. Flink counts the results of a bounded
   * job only when a task ends.
   */
  private Optional<String> state(PipelineOptions options, PipelineResult started) {
    Optional<FlinkRest> flink = flink(options);
    if (flink.isPresent()) {
      return flink.get().tasks(options.getJobName());
    }
    return Optional.ofNullable(started).map(RunCounts::of).map(soFar);
  }

  /** The cluster that runs the job, if it can be asked. */
  private static Optional<FlinkRest> flink(PipelineOptions options) {
    String master = options.as(FlinkPipelineOptions.class).getFlinkMaster();
    return options.getRunner() == FlinkRunner.class && master.contains(":")
        ? Optional.of(new FlinkRest(master))
        : Optional.empty();
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
  private PipelineResult toItsEnd(O options, AtomicReference<PipelineResult> started) {
    try {
      PipelineResult result = run.apply(options);
      started.set(result);
      result.waitUntilFinish();
      return result;
    } catch (PortException e) {
      throw e;
    } catch (RuntimeException e) {
      String why =
          flink(options)
              .flatMap(cluster -> cluster.failure(options.getJobName()))
              .orElseThrow(() -> e);
      IllegalStateException failed = new IllegalStateException(why);
      // Not its cause: the innermost cause is what a user is shown.
      failed.addSuppressed(e);
      throw failed;
    }
  }
}
