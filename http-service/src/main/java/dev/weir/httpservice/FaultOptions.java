package dev.weir.httpservice;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of a command that runs a service with faults. */
public final class FaultOptions {

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

  /**
   * The behaviour that the options ask for, which takes {@code min} to {@code max} for an answer.
   *
   * @throws IllegalArgumentException for an option that makes no sense
   */
  public Behaviour behaviour(Duration min, Duration max) {
    Behaviour behaviour =
        Behaviour.taking(min, max).withErrorRate(errorRate).withHangRate(hangRate).withSeed(seed);
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
