package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Java program in its own process; its output is kept in {@code target/programs}. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final Path errors;

  private Program(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Starts a program with the class path of this module. */
  public static Program start(
      String name, Class<?> main, Map<String, String> environment, List<String> arguments) {
    String classPath = System.getProperty("java.class.path");
    return start(name, classPath, main.getName(), environment, arguments);
  }

  /**
   * Starts a program.
   *
   * @param name the name of its files
   */
  public static Program start(
      String name,
      String classPath,
      String main,
      Map<String, String> environment,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    Path folder = Path.of("target", "programs");
    Path output = folder.resolve(name + ".out");
    Path errors = folder.resolve(name + ".err");
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      return new Program(builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns all processes that it has started, directly or indirectly. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Returns the lines that it has printed so far. */
  public List<String> printed() {
    try {
      assertThat("see " + errors + " and " + output, process.isAlive(), is(true));
      return Files.readAllLines(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a successful end, and returns the printed lines. */
  public List<String> lines() {
    try {
      assertThat("see " + errors + " and " + output, process.waitFor(), is(0));
      return Files.readAllLines(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Interrupts it, as Ctrl-C does, and returns the printed lines. */
  public List<String> linesWhenStopped() {
    try {
      process.destroy();
      process.waitFor();
      return Files.readAllLines(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
