package dev.weir.scoringservice;

import dev.weir.httpservice.DurationConverter;
import dev.weir.httpservice.Foreground;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the scoring service until its thread or the process is interrupted. Prints one line with its
 * address. The exit code is 0 after an interruption, 1 if it cannot listen and 2 for an option that
 * makes no sense or a token that is not there.
 */
@Command(
    name = "scoring-service",
    mixinStandardHelpOptions = true,
    version = "scoring-service of Weir",
    description =
        "Runs the fraud model on HTTP; GET /openapi.json is its contract. Who asks needs the bearer"
            + " token that the environment variable "
            + ScoringServiceCommand.TOKEN
            + " holds. Durations are written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class ScoringServiceCommand implements Callable<Integer> {

  /** The environment variable that holds the bearer token. */
  public static final String TOKEN = "SCORING_TOKEN";

  private final UnaryOperator<String> environment;

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      defaultValue = "0.0.0.0",
      description = "The address to listen on; default ${DEFAULT-VALUE}, every interface.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "8091",
      description = "The port to listen on, 0 for a free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--minLatency",
      defaultValue = "5ms",
      converter = DurationConverter.class,
      description = "The shortest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration minLatency;

  @Option(
      names = "--maxLatency",
      defaultValue = "20ms",
      converter = DurationConverter.class,
      description = "The longest time to an answer; default ${DEFAULT-VALUE}.")
  private Duration maxLatency;

  @Option(
      names = "--errorRate",
      defaultValue = "0",
      description = "The share of requests, 0 to 1, answered 503; default ${DEFAULT-VALUE}.")
  private double errorRate;

  @Option(
      names = "--insecure",
      description =
          "Start although "
              + TOKEN
              + " is not set, and let everybody ask. Where it is set, it is still asked for.")
  private boolean insecure;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description =
          "Where the random latencies and faults start, so that a run can be repeated; default"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  /** A command that finds the token in the environment of the process. */
  public ScoringServiceCommand() {
    this(System::getenv);
  }

  /** A command that finds the token in another environment. */
  ScoringServiceCommand(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    return Foreground.run(spec, () -> ScoringService.start(behaviour(), access(), host, port));
  }

  private ScoringBehaviour behaviour() {
    return ScoringBehaviour.healthy()
        .withLatency(minLatency, maxLatency)
        .withErrorRate(errorRate)
        .withSeed(seed);
  }

  private Access access() {
    String token = environment.apply(TOKEN);
    if (token != null && !token.isBlank()) {
      return accessBy(token.strip());
    }
    if (insecure) {
      return Access.open();
    }
    throw new IllegalArgumentException(
        TOKEN + " is not set in the environment; set it, or let everybody ask with --insecure");
  }

  private static Access accessBy(String token) {
    try {
      return Access.byToken(token);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(TOKEN + " is of no use: " + e.getMessage(), e);
    }
  }
}
