package dev.weir.bureaumock;

import dev.weir.httpservice.DurationConverter;
import dev.weir.httpservice.Foreground;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--errorRate",
      defaultValue = "0",
      description = "The share of requests, 0 to 1, answered 503; default ${DEFAULT-VALUE}.")
  private double errorRate;

  @Option(
      names = "--hangRate",
      defaultValue = "0",
      description = "The share of requests, 0 to 1, never answered; default ${DEFAULT-VALUE}.")
  private double hangRate;

  @Option(
      names = "--rateLimit",
      description = "The most requests in a second; others are answered 429. Default: no limit.")
  private Integer rateLimit;

  @Option(
      names = "--outage",
      split = ",",
      paramLabel = "<from>,<to>",
      hideParamSyntax = true,
      converter = DurationConverter.class,
      description =
          "When every request is answered 503, as two durations since the start. Default: never.")
  private List<Duration> outage;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description =
          "Where the random latencies and faults start, so that a run can be repeated; default"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    return Foreground.run(spec, () -> BureauMock.start(behaviour(), host, port));
  }

  private BureauBehaviour behaviour() {
    BureauBehaviour behaviour =
        BureauBehaviour.healthy()
            .withLatency(minLatency, maxLatency)
            .withErrorRate(errorRate)
            .withHangRate(hangRate)
            .withSeed(seed);
    if (rateLimit != null) {
      behaviour = behaviour.withRateLimit(rateLimit);
    }
    if (outage != null) {
      if (outage.size() != 2) {
        throw new IllegalArgumentException("outage must be two durations, as in --outage=30s,1m");
      }
      behaviour = behaviour.withOutage(outage.get(0), outage.get(1));
    }
    return behaviour;
  }
}
