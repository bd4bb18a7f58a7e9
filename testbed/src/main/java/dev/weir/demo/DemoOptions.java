package dev.weir.demo;

import dev.weir.local.LogFile;
import java.nio.file.Path;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the demos share: options, and the way from the start to the summary. */
final class DemoOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description = "Parallel instances of each step; default ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--kafkaPort",
      defaultValue = "0",
      description = "Port of the broker; default: a free one.")
  private int kafkaPort;

  int parallelism() {
    return parallelism;
  }

  int kafkaPort() {
    return kafkaPort;
  }

  /**
   * @throws ParameterException if a number is out of range
   */
  void check(long events) {
    if (parallelism < 1) {
      throw invalid("--parallelism must be above 0, not " + parallelism);
    }
    if (events < 0) {
      throw invalid("--events must be 0 or more, not " + events);
    }
  }

  ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Starts the servers, runs the pipeline, and stops them again; returns the last state. */
  interface Demo {
    DemoState run(DemoSession session) throws Exception;
  }

  /**
   * Runs a demo.
   *
   * @param dir the folder, which is kept when the demo ends; null for a temporary folder
   * @param servers the servers that are started first
   * @return the exit status
   */
  int run(Path dir, String servers, Demo demo) throws Exception {
    DemoState end;
    Screen screen;
    try (DemoSession session = DemoSession.begin(dir)) {
      screen = session.screen();
      screen.print("Starting " + servers + " …  (log: " + LogFile.path() + ")");
      end = demo.run(session);
    }
    screen.print(end.summary());
    return end.addsUp() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
