package dev.weir.generate;

import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the generate commands share: the seed, the lines that they print, and their errors. */
final class GenerateOptions {
  /** Records in a file, if the user does not give a number. */
  static final long EVENTS_OF_A_FILE = 10_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--seed",
      description =
          "Seed of the generated values; also part of the generated ids. Default: a different seed"
              + " for each run.")
  private Long seed;

  long seed() {
    return seed != null ? seed : ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
  }

  /**
   * @param events null if the option is not given
   * @throws ParameterException if the number is negative
   */
  void checkEvents(Long events) {
    if (events != null && events < 0) {
      throw invalid("--events must be 0 or more, not " + events);
    }
  }

  /**
   * Returns how many records to write into files.
   *
   * @param events null if the option is not given
   * @throws ParameterException if the number is 0
   */
  long eventsOfFiles(Long events) {
    if (events == null) {
      return EVENTS_OF_A_FILE;
    }
    if (events == 0) {
      throw invalid("--events must be above 0 for files: 0 means without end");
    }
    return events;
  }

  /**
   * @throws ParameterException if the URI is invalid
   */
  Port port(String option, String uri) {
    Port port;
    try {
      port = Port.parse(option, uri);
    } catch (PortException e) {
      throw invalid(e.getMessage());
    }
    if (port instanceof Port.Topic topic && topic.avro()) {
      throw invalid("--" + option + ": the records of a topic have one format; leave out ?format");
    }
    return port;
  }

  void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Prints the error; returns the exit status. */
  int failed(String message) {
    err().println(message);
    return ExitCode.SOFTWARE;
  }
}
