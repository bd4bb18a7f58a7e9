package dev.weir.demo;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.generate.Applications;
import dev.weir.httpservice.Behaviour;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the loan decisions demo, and the services that it starts with them. */
final class LoanDemoOptions {
  static final String DESCRIPTION =
      "Decides made-up loan applications with an embedded Kafka, Flink, credit bureau and Iceberg"
          + " table, and shows the progress. Nothing needs to be installed; Ctrl-C stops it.";

  @Mixin private DemoOptions common;

  @Option(
      names = "--rate",
      defaultValue = "10",
      description = "Applications per second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--events",
      defaultValue = "0",
      description = "Number of applications; default: until Ctrl-C.")
  private long events;

  @Option(
      names = "--duplicates",
      defaultValue = "0.02",
      description = "Share of applications sent twice; default ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--malformed",
      defaultValue = "0.01",
      description = "Share of applications that cannot be read; default ${DEFAULT-VALUE}.")
  private double malformed;

  @Option(
      names = "--hangRate",
      defaultValue = "0",
      description = "Share of requests that the bureau never answers; default ${DEFAULT-VALUE}.")
  private double hangRate;

  @Option(
      names = "--bureauPort",
      defaultValue = "0",
      description = "Port of the bureau; default: a free one.")
  private int bureauPort;

  @Option(
      names = "--dir",
      description =
          "Folder for all files, which are kept. Default: a temporary folder, which is removed.")
  private Path dir;

  /**
   * Starts everything that loan-decisions needs in this process and shows the pipeline at work.
   *
   * @return the exit status
   */
  int run() throws Exception {
    applications(Instant.EPOCH);
    Behaviour behaviour = behaviour();
    common.check(events);
    return common.run(dir, "Kafka, the bureau and Flink", session -> run(session, behaviour));
  }

  private LoanDemoState run(DemoSession session, Behaviour behaviour) throws Exception {
    try (EmbeddedStack stack =
            EmbeddedStack.start(
                session.folder(),
                common.kafkaPort(),
                bureauPort,
                behaviour,
                common.parallelism(),
                0);
        DemoLake lake = new DemoLake(session.folder())) {
      Screen screen = session.screen();
      screen.print(
          "Kafka "
              + stack.kafka().bootstrapServers()
              + ", bureau "
              + stack.bureau().uri()
              + ", Flink http://"
              + stack.flink().master()
              + "; the job is being submitted …");
      return new LoanDemo(stack, lake, screen, session.stop())
          .run(() -> applications(Instant.now()), events, common.parallelism());
    }
  }

  private Applications applications(Instant first) {
    try {
      return Applications.seeded(System.nanoTime(), first)
          .withRate(rate)
          .withDuplicates(duplicates)
          .withMalformed(malformed);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }

  private Behaviour behaviour() {
    try {
      return BureauMock.healthy().withHangRate(hangRate);
    } catch (IllegalArgumentException e) {
      throw common.invalid(e.getMessage());
    }
  }
}
