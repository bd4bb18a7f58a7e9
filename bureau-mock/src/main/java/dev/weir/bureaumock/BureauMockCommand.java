package dev.weir.bureaumock;

import dev.weir.httpservice.FaultOptions;
import dev.weir.httpservice.ServiceOptions;
import java.util.concurrent.Callable;
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
            + " Durations are written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class BureauMockCommand implements Callable<Integer> {

  @Mixin private final ServiceOptions service = new ServiceOptions("8090", "200ms", "1000ms");

  @Mixin private FaultOptions faults;

  @Override
  public Integer call() {
    return service.run(
        (host, port) -> BureauMock.start(faults.addTo(service.behaviour()), host, port));
  }
}
