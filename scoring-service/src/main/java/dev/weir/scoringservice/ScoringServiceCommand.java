package dev.weir.scoringservice;

import dev.weir.httpservice.Listening;
import dev.weir.httpservice.ServiceOptions;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs the scoring service until its thread or the process is interrupted. Prints one line with its
 * address. The exit code is 0 after an interruption, 1 if it cannot listen and 2 for an invalid
 * option or a missing token.
 */
@Command(
    name = "scoring-service",
    mixinStandardHelpOptions = true,
    version = "scoring-service of Weir",
    description =
        "Runs the fraud model over HTTP; GET /openapi.json is its contract. Clients need the bearer"
            + " token in the environment variable "
            + ScoringServiceCommand.TOKEN
            + ". Durations are written 500ms, 2s, 10m, 24h, 10d or PT2S.")
public final class ScoringServiceCommand implements Callable<Integer> {

  /** The environment variable that holds the bearer token. */
  public static final String TOKEN = "SCORING_TOKEN";

  @Mixin private final ServiceOptions service;

  @Option(
      names = "--insecure",
      description =
          "Starts without "
              + TOKEN
              + " and accepts every client. If it is set, clients still need it.")
  private boolean insecure;

  /** A command that reads the token from the environment of the process. */
  public ScoringServiceCommand() {
    this(System::getenv);
  }

  /** A command that reads the token from another environment. */
  ScoringServiceCommand(UnaryOperator<String> environment) {
    this.service = new ServiceOptions("8091", "5ms", "20ms", TOKEN, environment);
  }

  @Override
  public Integer call() {
    return service.run(listening -> ScoringService.start(service.behaviour(), checked(listening)));
  }

  private Listening checked(Listening listening) {
    if (listening.access().isOpen() && !insecure) {
      throw new IllegalArgumentException(
          TOKEN + " is not set in the environment; set it, or accept every client with --insecure");
    }
    return listening;
  }
}
