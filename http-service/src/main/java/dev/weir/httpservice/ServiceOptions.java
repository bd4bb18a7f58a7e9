package dev.weir.httpservice;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that runs a service, and how such a command runs. */
public final class ServiceOptions {

  private final Map<String, String> defaults;

  private CommandSpec command;

  @Option(
      names = "--host",
      defaultValue = "0.0.0.0",
      description = "The address to listen on; default ${DEFAULT-VALUE}, which is every interface.")
  private String host;

  @Option(
      names = "--port",
      description = "The port to listen on, 0 for a free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--minLatency",
      converter = DurationConverter.class,
      description = "The shortest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration minLatency;

  @Option(
      names = "--maxLatency",
      converter = DurationConverter.class,
      description = "The longest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration maxLatency;

  @Option(
      names = "--errorRate",
      defaultValue = "0",
      description =
          "The share of requests, 0 to 1, that are answered with 503; default ${DEFAULT-VALUE}.")
  private double errorRate;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description =
          "The seed of the random latencies and faults, so that a run can be repeated; default"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  /** Options with a service's own defaults, written as on the command line. */
  public ServiceOptions(String port, String minLatency, String maxLatency) {
    this.defaults = Map.of("--port", port, "--minLatency", minLatency, "--maxLatency", maxLatency);
  }

  /** Starts a service on a host and a port. */
  @FunctionalInterface
  public interface Start {
    RunningService on(String host, int port);
  }

  @Spec(Spec.Target.MIXEE)
  void in(CommandSpec mixee) {
    command = mixee;
    command.defaultValueProvider(
        argument ->
            argument instanceof OptionSpec option ? defaults.get(option.longestName()) : null);
  }

  /**
   * The behaviour that the options ask for.
   *
   * @throws IllegalArgumentException for an invalid option value
   */
  public Behaviour behaviour() {
    return Behaviour.taking(minLatency, maxLatency).withErrorRate(errorRate).withSeed(seed);
  }

  /**
   * Starts the service, prints one line with its address, and closes it when its thread or the
   * process is interrupted.
   *
   * @return the exit code: 0 after an interruption, 1 if the service cannot listen
   * @throws ParameterException if the start throws {@link IllegalArgumentException}: exit code 2
   */
  public int run(Start start) {
    try (RunningService service = started(start)) {
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

  private RunningService started(Start start) {
    try {
      return start.on(host, port);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private static void waitForInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // A request to stop, not an error.
    }
  }
}
