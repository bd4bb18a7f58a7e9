package dev.weir.local;

import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;

/** Turns a pipeline's arguments into its options, and its options into a help text. */
public final class PipelineArguments {
  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']+)'(?:\\. Did you mean '([^']+)')?");

  private PipelineArguments() {}

  /**
   * @throws PortException if an argument is unknown or has a value of the wrong type
   */
  public static <O extends PipelineOptions> O parse(Class<O> type, List<String> given) {
    List<String> arguments =
        given.stream()
            .map(argument -> isFlag(type, argument) ? argument + "=true" : argument)
            .toList();
    for (String argument : arguments) {
      if (!argument.startsWith("--") || !argument.contains("=")) {
        throw new PortException("'" + argument + "' is not an option; write --name=value");
      }
    }
    PipelineOptionsFactory.register(type);
    PipelineOptionsFactory.register(FlinkPipelineOptions.class);
    try {
      return PipelineOptionsFactory.fromArgs(
              RunnerDefaults.complete(arguments.toArray(String[]::new)))
          .as(type);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      Matcher unknown = UNKNOWN.matcher(message);
      if (unknown.find()) {
        String near = unknown.group(2) == null ? "" : "; did you mean --" + unknown.group(2) + "?";
        throw new PortException("unknown option --" + unknown.group(1) + near);
      }
      throw new PortException(offender(type, arguments) + message.lines().findFirst().orElse(""));
    }
  }

  /** Returns whether this is the name of a boolean option without a value. */
  private static boolean isFlag(Class<? extends PipelineOptions> type, String argument) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getReturnType() == boolean.class)
        .anyMatch(
            method -> method.getName().startsWith("get") && argument.equals("--" + name(method)));
  }

  /**
   * Returns the first option that cannot be parsed on its own, for an error of Beam that does not
   * name the option.
   */
  private static String offender(Class<? extends PipelineOptions> type, List<String> arguments) {
    for (String argument : arguments) {
      try {
        PipelineOptionsFactory.fromArgs(argument).as(type);
      } catch (IllegalArgumentException e) {
        return argument.substring(0, argument.indexOf('=')) + ": ";
      }
    }
    return "";
  }

  static void printHelp(String command, Class<? extends PipelineOptions> type, PrintWriter out) {
    out.println("Usage: " + command + " --runner=FlinkRunner|DirectRunner --name=value ...");
    out.println("Without --runner, runs on the DirectRunner.");
    printOptions(type, out);
  }

  static void printOptions(Class<? extends PipelineOptions> type, PrintWriter out) {
    // Includes those of the interfaces it extends, except Beam's, of which there are dozens.
    Arrays.stream(type.getMethods())
        .filter(method -> !PipelineOptions.class.equals(method.getDeclaringClass()))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .sorted(Comparator.comparing(Method::getName))
        .forEach(method -> out.println(describe(method)));
    out.println("All options of the runner are accepted too, such as --parallelism=2.");
    out.flush();
  }

  private static String describe(Method getter) {
    String text = getter.getAnnotation(Description.class).value();
    Default.Integer number = getter.getAnnotation(Default.Integer.class);
    Default.String string = getter.getAnnotation(Default.String.class);
    String standard =
        number != null
            ? " (default " + number.value() + ")"
            : string != null ? " (default " + string.value() + ")" : "";
    String required = getter.isAnnotationPresent(Validation.Required.class) ? " (required)" : "";
    return String.format(Locale.ROOT, "  --%-16s %s%s%s", name(getter), text, standard, required);
  }

  private static String name(Method getter) {
    return Character.toLowerCase(getter.getName().charAt(3)) + getter.getName().substring(4);
  }
}
