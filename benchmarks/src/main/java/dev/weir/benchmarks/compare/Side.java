package dev.weir.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.folders.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs one side of a comparison in its own process, with 2 GiB of heap by default. The temporary
 * files of the process are deleted when it ends.
 */
public final class Side {
  /** Seconds of processor time that the whole process used. */
  static final String PROCESSOR = "process_processor_seconds";

  /** The largest resident size of the process in MiB. */
  static final String RESIDENT = "process_resident_mib";

  /** Seconds from the start of the process to its end. */
  public static final String DURATION = "process_seconds";

  /** Where a flight recording of each side is kept; null if none is made. */
  private static final Path PROFILES =
      Optional.ofNullable(System.getProperty("weir.profiles")).map(Path::of).orElse(null);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Side() {}

  /**
   * Runs a class and returns the JSON in the last line that it prints, with what the process used.
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
  public static JsonNode run(String module, String heap, String className, List<String> arguments)
      throws IOException, InterruptedException {
    try (TemporaryFolder temporary = TemporaryFolder.create("side")) {
      Path errors = temporary.path().resolve("errors.log");
      List<String> command = command(module, heap, className, arguments);
      command.add(1, "-Djava.io.tmpdir=" + temporary.path());
      if (PROFILES != null) {
        Path profile = Files.createTempFile(Files.createDirectories(PROFILES), "side-", ".jfr");
        command.add(1, "-XX:StartFlightRecording=settings=profile,filename=" + profile);
      }
      long began = System.nanoTime();
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      ProcessUsage usage = ProcessUsage.watch(process.toHandle());
      String last = lastLine(process);
      int status = process.waitFor();
      double seconds = (System.nanoTime() - began) / 1e9;
      if (status != 0) {
        throw new IllegalStateException(
            className + " failed: " + last + "\n" + Files.readString(errors));
      }
      ObjectNode report =
          last.startsWith("{") ? (ObjectNode) JSON.readTree(last) : JSON.createObjectNode();
      return report
          .put(DURATION, seconds)
          .put(PROCESSOR, usage.processorSeconds())
          .put(RESIDENT, usage.residentMebibytes());
    }
  }

  private static String lastLine(Process process) throws IOException {
    String last = "";
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      last = line;
    }
    return last;
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
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path target = Checkout.module(module).resolve("target");
    List<String> command = new ArrayList<>(List.of(java.toString(), heap));
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
