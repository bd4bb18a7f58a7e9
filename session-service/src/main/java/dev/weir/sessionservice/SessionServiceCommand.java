package dev.weir.sessionservice;

import dev.weir.httpservice.FaultOptions;
import dev.weir.httpservice.ServiceOptions;
import java.util.concurrent.Callable;
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
            + " GET /sessions/{id} returns the country that the session came from. Durations are"
            + " written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class SessionServiceCommand implements Callable<Integer> {

  @Mixin private final ServiceOptions service = new ServiceOptions("8092", "20ms", "200ms");

  @Mixin private FaultOptions faults;

  @Override
  public Integer call() {
    return service.run(
        (host, port) -> SessionService.start(faults.addTo(service.behaviour()), host, port));
  }
}
