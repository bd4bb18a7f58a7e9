package dev.weir.sessionservice;

import dev.weir.httpservice.FaultOptions;
import dev.weir.httpservice.ServiceOptions;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the mock session service until its thread or the process is interrupted. Prints one line
 * with its address. The exit code is 0 after an interruption, 1 if it cannot listen and 2 for an
 * invalid option.
 */
@Command(
    name = "session-service",
    mixinStandardHelpOptions = true,
    version = "session-service of Weir",
    description =
        "Runs a mock session service over HTTP, with the latency and the faults that you choose:"
            + " GET /sessions/{id} returns the country that the session came from. If the"
            + " environment variable "
            + SessionServiceCommand.TOKEN
            + " is set, clients need it as their bearer token. Durations are"
            + " written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class SessionServiceCommand implements Callable<Integer> {

  /** The environment variable that holds the bearer token of the clients. */
  public static final String TOKEN = "SESSION_TOKEN";

  @Mixin private final ServiceOptions service;

  @Mixin private FaultOptions faults;

  /** A command that reads the token from the environment of the process. */
  public SessionServiceCommand() {
    this(System::getenv);
  }

  /** A command that reads the token from another environment. */
  SessionServiceCommand(UnaryOperator<String> environment) {
    this.service = new ServiceOptions("8092", "20ms", "200ms", TOKEN, environment);
  }

  @Override
  public Integer call() {
    return service.run(
        listening -> SessionService.start(faults.addTo(service.behaviour()), listening));
  }
}
