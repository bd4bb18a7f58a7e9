package dev.weir.httpservice;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for faults beyond errors: hanging requests, a rate limit, an outage. */
public final class FaultOptions {

  @Option(
      names = "--hangRate",
      defaultValue = "0",
      description =
          "The share of requests, 0 to 1, that are never answered; default ${DEFAULT-VALUE}.")
  private double hangRate;

  @Option(
      names = "--rateLimit",
      description = "Maximum requests per second; others are answered with 429. Default: no limit.")
  private Integer rateLimit;

  @Option(
      names = "--outage",
      split = ",",
      paramLabel = "<from>,<to>",
      hideParamSyntax = true,
      converter = DurationConverter.class,
      description =
          "The outage, in which every request is answered with 503: its start and end, as durations"
              + " since the start of the service. Default: none.")
  private List<Duration> outage;

  /**
   * Adds the faults that the options ask for.
   *
   * @throws IllegalArgumentException for an invalid option value
   */
  public Behaviour addTo(Behaviour behaviour) {
    Behaviour faulty = behaviour.withHangRate(hangRate);
    if (rateLimit != null) {
      faulty = faulty.withRateLimit(rateLimit);
    }
    if (outage == null) {
      return faulty;
    }
    if (outage.size() != 2) {
      throw new IllegalArgumentException("outage must be two durations, as in --outage=30s,1m");
    }
    return faulty.withOutage(outage.get(0), outage.get(1));
  }
}
