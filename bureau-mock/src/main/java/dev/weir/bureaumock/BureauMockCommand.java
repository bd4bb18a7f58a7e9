package dev.weir.bureaumock;

import dev.weir.httpservice.FaultOptions;
import dev.weir.httpservice.ServiceOptions;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the mock bureau until its thread or the process is interrupted. Prints one line with its
 * address. The exit code is 0 after an interruption, 1 if it cannot listen and 2 for an invalid
 * option.
 */
@Command(
    name = "bureau-mock",
    mixinStandardHelpOptions = true,
    version = "bureau-mock of Weir",
    description =
        "Runs a mock credit bureau over HTTP, with the latency and the faults that you choose."
            + " If the environment variable "
            + BureauMockCommand.TOKEN
            + " is set, clients need it as their bearer token. Durations are written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class BureauMockCommand implements Callable<Integer> {

  /** The environment variable that holds the bearer token of the clients. */
  public static final String TOKEN = "BUREAU_TOKEN";

  @Mixin private final ServiceOptions service;

  @Mixin private FaultOptions faults;

  /** A command that reads the token from the environment of the process. */
  public BureauMockCommand() {
    this(System::getenv);
  }

  /** A command that reads the token from another environment. */
  BureauMockCommand(UnaryOperator<String> environment) {
    this.service = new ServiceOptions("8090", "200ms", "1000ms", TOKEN, environment);
  }

  @Override
  public Integer call() {
    return service.run(listening -> BureauMock.start(faults.addTo(service.behaviour()), listening));
  }
}
