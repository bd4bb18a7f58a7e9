package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Java program in a process of its own, with the class path of this one. It ends when this
 * process ends, and its output goes to a log file.
 */
final class ChildProcess {
  private static final int LAST_LINES = 40;

  /** The packages that Flink needs on Java 17. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.util",
          "java.util.concurrent",
          "java.net",
          "java.nio",
          "sun.nio.ch");

  private final String name;
  private final Path log;
  private final Process process;

  private ChildProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a program.
   *
   * @param name describes it in error messages
   * @param log the file that its output is appended to
   * @param heap its maximum heap, in MiB
   * @param main the class with its main method
   */
  static ChildProcess start(String name, Path log, int heap, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heap + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=dev/weir/embedded/process-logback.xml"));
    OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
    command.addAll(List.of("-cp", classPath(), ChildProgram.class.getName(), main));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new ChildProcess(name, log, process);
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that it still runs.
   *
   * @throws IllegalStateException if it has ended; with the last lines of its log
   */
  void check() {
    if (!process.isAlive()) {
      throw new IllegalStateException(report());
    }
  }

  /** Returns whether it runs, and the last lines of its log. */
  String report() {
    return name
        + (process.isAlive() ? " runs" : " exited with status " + process.exitValue())
        + "; the last lines of its log "
        + log
        + ":\n"
        + lastLines();
  }

  /** Kills it with SIGKILL and returns when it is gone; a second call does nothing. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " was killed", e);
    }
  }

  private String lastLines() {
    try {
      // The end may be in the middle of a character.
      List<String> lines = new String(Files.readAllBytes(log), UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(it cannot be read: " + e + ")";
    }
  }

  /** In a process that Maven started, a class loader has the classes, and not the class path. */
  private static String classPath() {
    if (ChildProcess.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(ChildProcess::path)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
    return System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    return Path.of(URI.create(url.toString())).toString();
  }
}
