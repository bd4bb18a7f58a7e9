package dev.weir.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.ports.PortException;
import dev.weir.savedstate.EntityFilter;
import dev.weir.savedstate.SavedStep;
import dev.weir.savedstate.Snapshot;
import dev.weir.savedstate.StateLines;
import dev.weir.savedstate.StepNames;
import dev.weir.savedstate.UnreadableSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the state of a stopped or running job. */
@Command(
    name = "inspect-state",
    mixinStandardHelpOptions = true,
    version = "inspect-state of Weir",
    description =
        "Prints the keyed state of a savepoint or retained checkpoint, of either state backend, as"
            + " one JSON object per line: step, state, shard, the entry of a map state, value; and"
            + " the timers that are set. Personal data (ssn, name, e-mail, ...) is masked. The"
            + " snapshot may come from anywhere: it cannot make this command open other files or"
            + " run code.")
final class InspectStateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--savepoint",
      required = true,
      description = "The folder that contains the file _metadata; a path or URI.")
  private String savepoint;

  @Option(
      names = "--pipeline",
      required = true,
      description =
          "The pipeline that took the savepoint, such as loan-decisions; it supplies the names of"
              + " the steps and decodes keys.")
  private String pipeline;

  @Option(
      names = "--filesIn",
      paramLabel = "FOLDER",
      description =
          "A further folder whose files the snapshot may name; may be given several times. A"
              + " checkpoint of a job that was restored in claim mode may need the folder of the"
              + " earlier job's files. Default: only the snapshot's own folder and, for a"
              + " checkpoint chk-<n>, the folders shared and taskowned beside it.")
  private List<Path> filesIn = List.of();

  @Option(
      names = "--key",
      description =
          "Prints only the state of the entity with this id: entries whose key is the id, or"
              + " contains it between characters other than letters, digits, - and _; values that"
              + " contain it as a text (of a list, only the elements that contain it); and, in a"
              + " step without shards, the state under this key. A UUID matches in any case. If the"
              + " value is the number of a shard, prints everything in that shard, including"
              + " timers.")
  private String key;

  @Override
  public Integer call() {
    try {
      print(spec.commandLine().getOut());
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (UnreadableSnapshot e) {
      String line = "--savepoint: " + savepoint + " " + e.getMessage();
      if (e.isAbsent()) {
        throw new ParameterException(spec.commandLine(), line, e);
      }
      spec.commandLine().getErr().println(line.lines().findFirst().orElse(line));
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(PrintWriter out) {
    KnownPipelines.check(pipeline);
    List<SavedStep> steps = Snapshot.open(savepoint, filesIn).steps();
    if (steps.isEmpty()) {
      throw new PortException("--savepoint: " + savepoint + " has no keyed state");
    }
    StepNames names = KnownPipelines.steps(pipeline);
    checkPipeline(steps, names);
    Function<ObjectNode, Optional<ObjectNode>> wanted =
        key == null ? Optional::of : new EntityFilter(key)::pick;
    for (SavedStep step : steps.stream().sorted(Comparator.comparing(names::nameOf)).toList()) {
      StateLines lines = new StateLines(names, step);
      step.read(
          entry -> lines.lines(entry).map(wanted).flatMap(Optional::stream).forEach(out::println));
    }
    out.flush();
  }

  /** Pipelines have some steps in common, so the snapshot is of the one that knows most of them. */
  private void checkPipeline(List<SavedStep> steps, StepNames names) {
    long known = steps.stream().filter(names::has).count();
    if (known == steps.size()) {
      return;
    }
    for (String other : KnownPipelines.names()) {
      if (steps.stream().filter(KnownPipelines.steps(other)::has).count() > known) {
        throw new PortException(
            "--pipeline: the snapshot is not one of " + pipeline + "; it is one of " + other);
      }
    }
    if (known == 0) {
      throw new PortException("--pipeline: the snapshot has no step of " + pipeline);
    }
  }
}
