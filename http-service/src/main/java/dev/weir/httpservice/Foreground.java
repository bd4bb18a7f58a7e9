package dev.weir.httpservice;

import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Runs a service as a command: until its thread or the process is interrupted. */
public final class Foreground {

  private Foreground() {}

  /**
   * Starts the service, prints one line with its address, and closes it after an interruption.
   *
   * @return the exit code: 0 after an interruption, 1 if the service cannot listen
   * @throws ParameterException if the start says {@link IllegalArgumentException}: exit code 2
   */
  public static int run(CommandSpec command, Supplier<RunningService> start) {
    try (RunningService service = started(command, start)) {
      Thread closing = new Thread(service::close, command.name() + "-close");
      Runtime.getRuntime().addShutdownHook(closing);
      command.commandLine().getOut().println(command.name() + " listens on " + service.uri());
      command.commandLine().getOut().flush();
      waitForInterruption();
      Runtime.getRuntime().removeShutdownHook(closing);
      return ExitCode.OK;
    } catch (UncheckedIOException e) {
      command.commandLine().getErr().println(e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private static RunningService started(CommandSpec command, Supplier<RunningService> start) {
    try {
      return start.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private static void waitForInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // The wish to stop, not an error.
    }
  }
}
