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

/** Shows what a stopped or running job knew. */
@Command(
    name = "inspect-state",
    mixinStandardHelpOptions = true,
    version = "inspect-state of Weir",
    description =
        "Prints the keyed state of a savepoint or retained checkpoint, of either state backend, as"
            + " one JSON object per line: step, state, shard, the entry of a map state, value; and"
            + " the timers that are set. Who a person is (ssn, name, e-mail, ...) is not printed.")
final class InspectStateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--savepoint",
      required = true,
      description = "The folder that has the file _metadata; a path or URI.")
  private String savepoint;

  @Option(
      names = "--pipeline",
      required = true,
      description = "Whose it is, such as loan-decisions: names the steps and reads their keys.")
  private String pipeline;

  @Option(
      names = "--key",
      description =
          "Prints only what belongs to one entity: its id is the key of the entry or a part of it"
              + " between characters other than letters, digits, - and _, or is a text in the"
              + " value (of a list, the elements that have it), or is the whole key of a step that"
              + " has no shards. A UUID is matched in any case. The number of a shard prints all of"
              + " it, timers too.")
  private String key;

  @Override
  public Integer call() {
    try {
      print(spec.commandLine().getOut());
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (UnreadableSnapshot e) {
      throw new ParameterException(
          spec.commandLine(), "--savepoint: " + savepoint + " " + e.getMessage(), e);
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(PrintWriter out) {
    KnownPipelines.check(pipeline);
    List<SavedStep> steps = Snapshot.open(savepoint).steps();
    if (steps.isEmpty()) {
      throw new PortException("--savepoint: " + savepoint + " holds no keyed state");
    }
    StepNames names = KnownPipelines.steps(pipeline);
    if (steps.stream().noneMatch(names::has)) {
      throw new PortException("--pipeline: " + whose(steps));
    }
    Function<ObjectNode, Optional<ObjectNode>> wanted =
        key == null ? Optional::of : new EntityFilter(key)::pick;
    for (SavedStep step : steps.stream().sorted(Comparator.comparing(names::nameOf)).toList()) {
      StateLines lines = new StateLines(names, step);
      step.read(entry -> lines.line(entry).flatMap(wanted).ifPresent(out::println));
    }
    out.flush();
  }

  private String whose(List<SavedStep> steps) {
    String none = "the snapshot has no step of " + pipeline;
    for (String other : KnownPipelines.names()) {
      if (steps.stream().anyMatch(KnownPipelines.steps(other)::has)) {
        return none + "; it is one of " + other;
      }
    }
    return none;
  }
}
