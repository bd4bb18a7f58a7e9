package dev.weir.it.kafka;

import static dev.weir.it.kafka.SecuredBroker.Listener.CERTIFICATE;
import static dev.weir.it.kafka.SecuredBroker.Listener.EXPIRED;
import static dev.weir.it.kafka.SecuredBroker.Listener.IPV6;
import static dev.weir.it.kafka.SecuredBroker.Listener.PASSWORD;
import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.bureaumock.BureauMock;
import dev.weir.it.Checkpoints;
import dev.weir.it.CommandRun;
import dev.weir.it.Feed;
import dev.weir.it.Tape;
import dev.weir.it.kafka.SecuredBroker.Listener;
import dev.weir.it.loans.Loan;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Jobs and tools on a broker with TLS, passwords, certificates and access control lists. */
@Timeout(600)
class SecuredKafkaIT {
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"weir\""
          + " password=\"${env:KAFKA_PASSWORD}\";";
  private static final String PLAIN =
      SCRAM.replace("scram.ScramLoginModule", "plain.PlainLoginModule");

  @TempDir private static Path folder;
  private static SecuredBroker broker;
  private static BureauMock bureau;

  @BeforeAll
  static void start() throws Exception {
    broker = new SecuredBroker(folder);
    bureau = BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0);
    for (String topic : List.of("loans", "decisions", "letters", "hidden", "written")) {
      broker.kafka().createTopic(topic, 1);
    }
    // These are all that docs/security.md lists.
    broker.allow(AclOperation.READ, "loans");
    for (String output : List.of("decisions", "letters")) {
      broker.allow(AclOperation.WRITE, output);
      broker.allow(AclOperation.READ, output);
    }
    broker.allowTransactions("loan-decisions");
    // Not one of them, for the job that lacks a right.
    broker.allow(AclOperation.WRITE, "written");
  }

  @AfterAll
  static void stop() {
    broker.close();
    bureau.close();
  }

  @Test
  void aLiveJobNeedsOneFileAndTheDocumentedRights() throws Exception {
    Loan known = aLoan("known");
    Loan asked = aLoan("asked").unknown();
    ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    warnings.start();
    Logger log = (Logger) LoggerFactory.getLogger("dev.weir.kafka.TopicConsumers");
    log.addAppender(warnings);
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder.resolve("flink"), 1, 0);
        Tape decisions = new Tape(broker.kafka(), "decisions");
        Tape letters = new Tape(broker.kafka(), "letters")) {
      List<String> arguments =
          arguments(PASSWORD, "--kafkaProperties=" + scram("SCRAM-SHA-512", SCRAM));
      arguments.addAll(
          List.of(
              "--flinkMaster=" + flink.master(),
              "--filesToStage=" + flink.filesToStage(),
              "--attachedMode=false",
              "--parallelism=1",
              Checkpoints.FEW_KEY_GROUPS,
              "--shards=2",
              "--checkpointingInterval=500",
              "--from=2026-01-01"));
      LoanDecisionsOptions options = PipelineArguments.parse(LoanDecisionsOptions.class, arguments);
      assertThat(LoanDecisions.needs(options).tryAll().errors(), is(empty()));
      PipelineResult job = LoanDecisions.run(options);
      send("loans", known.avro(), asked.avro(), new byte[] {1, 2, 3});

      eventually(decisions::lines, containsInAnyOrder(known.decision(), asked.decision()));
      eventually(letters::lines, contains(containsString("\"offset\":2")));
      eventually(
          () -> warnings.list.stream().map(ILoggingEvent::getFormattedMessage).toList(),
          contains(
              "the positions in topic loans cannot be committed to the consumer group"
                  + " loan-decisions: Not authorized to access group: loan-decisions; its lag"
                  + " cannot be seen there, and nothing else depends on it"));
      // With the right that is optional.
      broker.allowGroup("loan-decisions");
      eventually(() -> broker.committed("loan-decisions"), contains(new OffsetAndMetadata(3)));
      job.cancel();
    } finally {
      log.detachAppender(warnings);
    }
  }

  @Test
  void plainPasswordsOverTlsAreAccepted() throws IOException {
    assertThat(
        errors(arguments(PASSWORD, "--kafkaProperties=" + scram("PLAIN", PLAIN))), is(empty()));
  }

  @Test
  void aWrongPasswordIsOneLine() throws IOException {
    Path file = scram("SCRAM-SHA-512", SCRAM.replace("KAFKA_PASSWORD", "PGPASSWORD"));

    CommandRun run = run(PASSWORD, file);

    assertThat(run.status(), is(1));
    assertThat(
        run.err(),
        contains(
            rejected("applications", PASSWORD, ".*invalid credentials.*SCRAM-SHA-512"),
            rejected("decisions", PASSWORD, ".*invalid credentials.*SCRAM-SHA-512"),
            rejected("deadLetters", PASSWORD, ".*invalid credentials.*SCRAM-SHA-512")));
  }

  @Test
  void anExpiredCertificateOfTheBrokerIsNamed() throws IOException {
    assertThat(
        run(EXPIRED, file("security.protocol=SSL", trusted())).err().get(0),
        rejected("applications", EXPIRED, "SSL handshake failed: .*NotAfter.*"));
  }

  @Test
  void aBrokerOfAnotherAuthorityIsNotTrusted() throws IOException {
    assertThat(
        run(PASSWORD, file("security.protocol=SSL")).err().get(0),
        rejected("applications", PASSWORD, "SSL handshake failed: unable to find valid cert.*"));
  }

  @Test
  void aClientCanHaveACertificate() throws IOException {
    String tls = "security.protocol=SSL\n" + trusted();
    String own = "ssl.keystore.type=PEM\nssl.keystore.location=" + broker.clientCertificate();

    assertThat(
        run(CERTIFICATE, file(tls)).err().get(0),
        startsWith("--applications: the broker at " + broker.address(CERTIFICATE) + " rejects"));
    assertThat(errors(arguments(CERTIFICATE, "--kafkaProperties=" + file(tls, own))), is(empty()));
  }

  @Test
  void aMissingRightIsNamedBeforeTheJobStarts() throws IOException {
    List<String> arguments =
        arguments(PASSWORD, "--kafkaProperties=" + scram("SCRAM-SHA-512", SCRAM));
    arguments.set(1, "--applications=" + broker.topic(PASSWORD, "written"));
    arguments.set(2, "--decisions=" + broker.topic(PASSWORD, "loans"));

    assertThat(
        errors(arguments),
        contains(
            "--applications: the broker does not allow this user to READ topic written at "
                + broker.address(PASSWORD)
                + "; grant it",
            "--decisions: the broker does not allow this user to WRITE topic loans at "
                + broker.address(PASSWORD)
                + "; grant it"));
  }

  @Test
  void theGeneratorTakesTheSameFile() throws Exception {
    broker.kafka().createTopic("generated", 1);
    broker.allow(AclOperation.WRITE, "generated");

    CommandRun run =
        CommandRun.of(
            "generate",
            "loans",
            "--to=" + broker.topic(PASSWORD, "generated"),
            "--kafkaProperties=" + scram("SCRAM-SHA-512", SCRAM),
            "--rate=1000",
            "--events=20");

    assertThat(run.err(), is(empty()));
    try (Tape generated = new Tape(broker.kafka(), "generated")) {
      assertThat(generated.records().size(), is(20));
    }
  }

  @Test
  void brokersCanHaveAnIpv6Address() throws IOException {
    assertThat(errors(arguments(IPV6)), is(empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acks=1", "ssl.key.password=hunter2"})
  void aPropertyThatCannotBeSetIsAnInvalidArgument(String line) throws IOException {
    CommandRun run = run(PASSWORD, file(line));

    assertThat(run.status(), is(2));
    assertThat(run.err().get(0), startsWith("--kafkaProperties: " + folder));
  }

  private static Matcher<String> rejected(String option, Listener listener, String reason) {
    return matchesPattern(
        "--"
            + option
            + ": the broker at "
            + broker.address(listener)
            + " rejects the connection: "
            + reason
            + "; check --kafkaProperties");
  }

  private static CommandRun run(Listener listener, Path properties) {
    List<String> command = arguments(listener, "--kafkaProperties=" + properties);
    command.add(0, "loan-decisions");
    return CommandRun.of(command.toArray(String[]::new));
  }

  private static List<String> errors(List<String> arguments) {
    return LoanDecisions.needs(PipelineArguments.parse(LoanDecisionsOptions.class, arguments))
        .tryAll()
        .errors();
  }

  private static List<String> arguments(Listener listener, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--applications=" + broker.topic(listener, "loans"),
                "--decisions=" + broker.topic(listener, "decisions"),
                "--deadLetters=" + broker.topic(listener, "letters"),
                "--bureau=" + bureau.uri()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Path scram(String mechanism, String login) throws IOException {
    return file(
        "security.protocol=SASL_SSL",
        trusted(),
        "sasl.mechanism=" + mechanism,
        "sasl.jaas.config=" + login);
  }

  private static String trusted() {
    return "ssl.truststore.type=PEM\nssl.truststore.location=" + broker.authority();
  }

  private static Path file(String... lines) throws IOException {
    return Files.write(Files.createTempFile(folder, "kafka-", ".properties"), List.of(lines));
  }

  private static void send(String topic, byte[]... values) {
    try (Feed feed = new Feed(broker.kafka().bootstrapServers())) {
      for (byte[] value : values) {
        feed.send(new ProducerRecord<>(topic, value));
      }
      feed.flush();
    }
  }
}
