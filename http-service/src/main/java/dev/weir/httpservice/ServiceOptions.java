package dev.weir.httpservice;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that runs a service, and how such a command runs. */
public final class ServiceOptions {

  private final Map<String, String> defaults;
  private final String tokenVariable;
  private final UnaryOperator<String> environment;

  private CommandSpec command;

  @Option(
      names = "--host",
      defaultValue = Listening.LOOPBACK,
      description =
          "The address to listen on; default ${DEFAULT-VALUE}, which only this machine can reach;"
              + " 0.0.0.0 is every interface.")
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

  @Option(
      names = "--tlsCertificate",
      paramLabel = "<file>",
      description =
          "Uses TLS with this certificate: a PEM file, followed by the certificates between it and"
              + " the root, if there are any. Default: plain HTTP.")
  private Path tlsCertificate;

  @Option(
      names = "--tlsKey",
      paramLabel = "<file>",
      description = "The certificate's private key: a PEM file, PKCS 8, not encrypted.")
  private Path tlsKey;

  @Option(
      names = "--idleTimeout",
      defaultValue = "1m",
      converter = DurationConverter.class,
      description =
          "How long a connection may stay open without a complete request; default"
              + " ${DEFAULT-VALUE}. A request that waits for its answer is not idle.")
  private Duration idleTimeout;

  @Option(
      names = "--maxConnections",
      defaultValue = "10000",
      description =
          "Maximum number of open connections; further ones are closed at once; default"
              + " ${DEFAULT-VALUE}.")
  private int maxConnections;

  /**
   * Options with a service's own defaults, written as on the command line.
   *
   * @param tokenVariable the environment variable that holds the bearer token of the clients
   * @param environment returns the value of an environment variable, null if it is not set
   */
  public ServiceOptions(
      String port,
      String minLatency,
      String maxLatency,
      String tokenVariable,
      UnaryOperator<String> environment) {
    this.defaults = Map.of("--port", port, "--minLatency", minLatency, "--maxLatency", maxLatency);
    this.tokenVariable = tokenVariable;
    this.environment = environment;
  }

  /** Starts a service. */
  @FunctionalInterface
  public interface Start {
    RunningService on(Listening listening);
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
    Listening listening = listening();
    try (RunningService service = started(start, listening)) {
      Thread closing = new Thread(service::close, command.name() + "-close");
      Runtime.getRuntime().addShutdownHook(closing);
      command.commandLine().getOut().println(command.name() + " listens on " + service.uri());
      command.commandLine().getOut().flush();
      if (listening.exposesTokens()) {
        command
            .commandLine()
            .getErr()
            .println(
                "warning: clients send "
                    + tokenVariable
                    + " unencrypted to "
                    + host
                    + "; use --tlsCertificate and --tlsKey, or --host=127.0.0.1");
      }
      waitForInterruption();
      Runtime.getRuntime().removeShutdownHook(closing);
      return ExitCode.OK;
    } catch (UncheckedIOException e) {
      command.commandLine().getErr().println(e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private RunningService started(Start start, Listening listening) {
    try {
      return start.on(listening);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Listening listening() {
    try {
      return new Listening(
          host, port, access(), certificate(), new Limits(idleTimeout, maxConnections));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Access access() {
    String token = environment.apply(tokenVariable);
    if (token == null || token.isBlank()) {
      return Access.open();
    }
    try {
      return Access.byToken(token.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(tokenVariable + " is invalid: " + e.getMessage(), e);
    }
  }

  private Optional<ServerCertificate> certificate() {
    if (tlsCertificate == null && tlsKey == null) {
      return Optional.empty();
    }
    if (tlsCertificate == null || tlsKey == null) {
      throw new IllegalArgumentException(
          (tlsKey == null ? "--tlsKey" : "--tlsCertificate")
              + " is missing; TLS needs both --tlsCertificate and --tlsKey");
    }
    return Optional.of(ServerCertificate.read(tlsCertificate, tlsKey));
  }

  private static void waitForInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // A request to stop, not an error.
    }
  }
}
