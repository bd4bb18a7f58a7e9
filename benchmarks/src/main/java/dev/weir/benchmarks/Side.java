package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs one side of a comparison in its own process, with 2 GiB of heap by default. */
public final class Side {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Side() {}

  /**
   * Runs a class and returns the JSON in the last line that it prints.
   *
   * @param module the folder of the module whose class path is used
   * @throws IllegalStateException if the process fails
   */
  public static JsonNode run(String module, String className, List<String> arguments)
      throws IOException, InterruptedException {
    return run(module, "-Xmx2g", className, arguments);
  }

  /**
   * @param heap the JVM option for the heap size
   */
  static JsonNode run(String module, String heap, String className, List<String> arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(module, heap, className, arguments))
            .redirectError(Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("a benchmark process failed: " + output);
    }
    return JSON.readTree(output.lines().reduce((a, b) -> b).orElse("{}"));
  }

  /** Parses the arguments of a process, each {@code --name=value}. */
  public static Map<String, String> arguments(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.substring(2).split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  /** Returns the command that runs a class in a process. */
  public static List<String> command(
      String module, String heap, String className, List<String> arguments) throws IOException {
    Path target = Path.of(module, "target");
    List<String> command = new ArrayList<>(List.of("java", heap));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    String classPath =
        Files.readString(target.resolve("classpath")).strip() + ":" + target.resolve("classes");
    command.addAll(List.of("-cp", classPath, className));
    command.addAll(arguments);
    return command;
  }
}
