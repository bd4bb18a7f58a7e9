package dev.weir.local;

import dev.weir.moneyenrichment.MoneyHistory;
import dev.weir.moneyenrichment.MoneyHistoryOptions;
import dev.weir.ports.PortException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.PipelineResult;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs history through a pipeline and keeps its state. */
@Command(
    name = "bootstrap",
    description =
        "Runs a history of files through a pipeline on Flink and saves the resulting state in a"
            + " savepoint, from which a live job can start. Publishes nothing.")
final class BootstrapCommand implements Callable<Integer> {
  /** The step whose state is kept. */
  private static final String STEP = "ProcessArrived";

  private static final String PIPELINE = "money-enrichment";

  private static final List<String> OWN =
      List.of("--jobName=", "--attachedMode=", "--checkpointingInterval=");

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Option(names = "--pipeline")
  private String pipeline;

  @Option(names = "--savepoints")
  private Path savepoints;

  @Option(names = "--until", converter = InstantConverter.class)
  private Instant until;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (help) {
      out.println(
          "Usage: bootstrap --pipeline=" + PIPELINE + " --savepoints=FOLDER --name=value ...");
      out.println(
          "  --pipeline         The pipeline whose state is saved; " + PIPELINE + " (required)");
      out.println("  --savepoints       The folder for the savepoint (required)");
      out.println(
          "  --until            The end of the history, such as 2026-01-05T12:00:00Z; later events"
              + " are left to the live job (default: after the last event)");
      PipelineArguments.printOptions(MoneyHistoryOptions.class, out);
      return CommandLine.ExitCode.OK;
    }
    try {
      check();
      List<String> onFlink = new ArrayList<>(arguments);
      if (onFlink.stream().noneMatch(a -> a.startsWith("--runner="))) {
        onFlink.add("--runner=FlinkRunner");
      } else if (!RunnerDefaults.isFlink(onFlink)) {
        throw new PortException("--runner: only Flink takes savepoints; leave the option out");
      }
      MoneyHistoryOptions given = PipelineArguments.parse(MoneyHistoryOptions.class, onFlink);
      PrintWriter err = spec.commandLine().getErr();
      Map<String, String> folders = Map.of("savepoints", savepoints.toAbsolutePath().toString());
      if (!BeforeStart.areMet(MoneyHistory.needs(given), given, folders, err)) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      try (LocalCluster cluster = LocalCluster.ifNeeded(onFlink)) {
        run(cluster.complete(onFlink), out);
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return CommandLine.ExitCode.OK;
  }

  private void check() {
    if (!PIPELINE.equals(pipeline)) {
      throw new PortException(
          pipeline == null
              ? "--pipeline is missing; write --pipeline=" + PIPELINE
              : "--pipeline: '" + pipeline + "' has no state to bootstrap; write " + PIPELINE);
    }
    for (String argument : arguments) {
      for (String own : OWN) {
        if (argument.startsWith(own)) {
          throw new PortException(own.substring(0, own.length() - 1) + " is set by bootstrap");
        }
      }
    }
    if (savepoints == null) {
      throw new PortException("--savepoints is missing; write --savepoints=FOLDER");
    }
  }

  private void run(List<String> onCluster, PrintWriter out)
      throws InterruptedException, IOException {
    String name = "bootstrap-" + UUID.randomUUID();
    List<String> completed = new ArrayList<>(onCluster);
    // A restart reads everything again: nothing can use a checkpoint of half a history.
    completed.addAll(
        Arrays.asList("--jobName=" + name, "--attachedMode=false", "--checkpointingInterval=-1"));
    MoneyHistoryOptions options = PipelineArguments.parse(MoneyHistoryOptions.class, completed);
    MoneyHistory history =
        MoneyHistory.of(
            options,
            Optional.ofNullable(until)
                .map(time -> org.joda.time.Instant.ofEpochMilli(time.toEpochMilli())));
    out.println("the history ends before " + history.end());
    out.flush();
    PipelineResult result = history.run();
    boolean ended = false;
    try {
      String savepoint = savepoint(new FlinkRest(master(options)), name, history, result);
      ended = true;
      out.println("savepoint: " + savepoint);
      out.println(
          "start the live job with --savepointPath=" + savepoint + " --allowNonRestoredState=true");
      out.flush();
    } finally {
      if (!ended && !result.getState().isTerminal()) {
        // On the user's own cluster the job would run forever.
        result.cancel();
      }
    }
  }

  private static String master(MoneyHistoryOptions options) {
    return options.as(FlinkPipelineOptions.class).getFlinkMaster();
  }

  private String savepoint(
      FlinkRest flink, String name, MoneyHistory history, PipelineResult result)
      throws InterruptedException {
    String job = flink.job(name);
    while (flink.watermark(job, STEP).orElse(Long.MIN_VALUE) < history.end().getMillis()) {
      if (result.getState().isTerminal()) {
        throw new IllegalStateException(
            flink.failure(name).orElse("the job ended with state " + result.getState()));
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
    return flink.stopWithSavepoint(job, savepoints.toAbsolutePath().toUri());
  }
}
