package dev.weir.bureaumock;

import dev.weir.bureaumock.BureauBehaviour.Answers;
import dev.weir.httpservice.DurationConverter;
import dev.weir.httpservice.FaultOptions;
import dev.weir.httpservice.Foreground;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the mock bureau until its thread or the process is interrupted. Prints one line with its
 * address. The exit code is 0 after an interruption, 1 if it cannot listen and 2 for an option that
 * makes no sense.
 */
@Command(
    name = "bureau-mock",
    mixinStandardHelpOptions = true,
    version = "bureau-mock of Weir",
    description =
        "Runs a mock credit bureau on HTTP: slow, and as faulty as you like. Durations are written"
            + " 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class BureauMockCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      defaultValue = "0.0.0.0",
      description = "The address to listen on; default ${DEFAULT-VALUE}, every interface.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "The port to listen on, 0 for a free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--minLatency",
      defaultValue = "200ms",
      converter = DurationConverter.class,
      description = "The shortest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration minLatency;

  @Option(
      names = "--maxLatency",
      defaultValue = "1000ms",
      converter = DurationConverter.class,
      description = "The longest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration maxLatency;

  @Mixin private FaultOptions faults;

  @Override
  public Integer call() {
    return Foreground.run(spec, () -> BureauMock.start(behaviour(), host, port));
  }

  private BureauBehaviour behaviour() {
    return new BureauBehaviour(faults.behaviour(minLatency, maxLatency), Answers.WHOLE);
  }
}
