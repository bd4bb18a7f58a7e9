package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.Main;
import dev.weir.local.PipelineArguments;
import dev.weir.needs.Findings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The checks of the topics of a real broker before a job starts. */
@Timeout(120)
class NeededTopicsIT {
  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedKafka strict;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    strict =
        EmbeddedKafka.start(
            folder.resolve("strict"), 0, Map.of("auto.create.topics.enable", "false"));
    kafka.createTopic("loans", 1);
    strict.createTopic("loans", 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
    strict.close();
  }

  @Test
  void aMissingInputTopicIsAnErrorAndIsNotCreated() {
    for (int twice = 0; twice < 2; twice++) {
      assertThat(
          found(kafka, "--applications=" + topic(kafka, "lones")).errors(),
          contains(
              "--applications: there is no topic lones at "
                  + kafka.bootstrapServers()
                  + "; create it, or check its name"));
    }
  }

  @Test
  void outputTopicsThatTheBrokerCreatesAreNotAnError() {
    Findings found =
        found(
            kafka,
            "--decisions=" + topic(kafka, "made-decisions"),
            "--deadLetters=" + topic(kafka, "made-letters"));

    assertThat(found.errors(), is(empty()));
  }

  @Test
  void anOutputTopicThatTheBrokerDoesNotCreateIsAnError() {
    assertThat(
        found(
                strict,
                "--decisions=" + topic(strict, "decisions"),
                "--deadLetters=" + topic(strict, "loans"))
            .errors(),
        contains(
            "--decisions: topic decisions at "
                + strict.bootstrapServers()
                + " cannot be used: it does not exist, and the broker does not create it; create it first"));
  }

  @Test
  void aLiveJobGetsOnlyAWarningForItsService() {
    Findings found = found(kafka, "--bureau=http://localhost:1");

    assertThat(found.errors(), is(empty()));
    assertThat(
        found.warnings(),
        contains(startsWith("--bureau: no service answers at http://localhost:1")));
  }

  @Test
  void theCommandEndsWithStatus1AndOneLine() {
    StringWriter errors = new StringWriter();
    StringWriter printed = new StringWriter();
    List<String> command = arguments(kafka, "--applications=" + topic(kafka, "lones"));
    command.add(0, "loan-decisions");
    command.add("--runner=FlinkRunner");

    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .setOut(new PrintWriter(printed, true))
            .execute(command.toArray(String[]::new));

    assertThat(status, is(1));
    assertThat(
        errors.toString().lines().toList(),
        contains(startsWith("--applications: there is no topic lones at ")));
    assertThat(printed.toString(), is(""));
  }

  @Test
  void aJobWithoutStateIsRefusedIfATopicHasRecordsOfItsSinkId() {
    kafka.createTopic("published", 1);
    publish("published", "other-job 0 1.1 0 =");
    String[] given = {"--decisions=" + topic(kafka, "published")};
    assertThat(foundWithoutState(given).errors(), is(empty()));

    publish("published", "loan-decisions 0 1.1 0 =");
    assertThat(
        foundWithoutState(given).errors(),
        contains(
            "--decisions: topic published at "
                + kafka.bootstrapServers()
                + " has records of the sink id 'loan-decisions' (such as 0/1), but this job starts"
                + " without state and would write all of them again: continue from a savepoint or"
                + " checkpoint (--savepointPath), name another --sinkId, or start anew with"
                + " --takeOver"));
    assertThat("with state", found(kafka, given).errors(), is(empty()));
    for (String wayOn :
        List.of("--sinkId=another", "--takeOver=true", "--delivery=at-least-once")) {
      assertThat(wayOn, foundWithoutState(given[0], wayOn).errors(), is(empty()));
    }
  }

  private static Findings foundWithoutState(String... given) {
    return LoanDecisions.needs(
            PipelineArguments.parse(LoanDecisionsOptions.class, arguments(kafka, given)))
        .startsWithoutState()
        .tryAll();
  }

  private static void publish(String topic, String header) {
    try (Feed feed = new Feed(kafka.bootstrapServers())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, "key".getBytes(UTF_8), "{}".getBytes(UTF_8));
      record.headers().add("weir", header.getBytes(UTF_8));
      feed.send(record);
      feed.flush();
    }
  }

  private static Findings found(EmbeddedKafka broker, String... given) {
    return LoanDecisions.needs(
            PipelineArguments.parse(LoanDecisionsOptions.class, arguments(broker, given)))
        .tryAll();
  }

  /** Returns the arguments of a live job, with the given ones replaced. */
  private static List<String> arguments(EmbeddedKafka broker, String... given) {
    List<String> arguments = new ArrayList<>(Arrays.asList(given));
    for (String standard :
        List.of(
            "--applications=" + topic(broker, "loans"),
            "--decisions=" + topic(broker, "loans"),
            "--deadLetters=" + topic(broker, "loans"),
            "--bureau=http://" + broker.bootstrapServers())) {
      String option = standard.substring(0, standard.indexOf('=') + 1);
      if (Arrays.stream(given).noneMatch(argument -> argument.startsWith(option))) {
        arguments.add(standard);
      }
    }
    return arguments;
  }

  private static String topic(EmbeddedKafka broker, String name) {
    return "kafka://" + broker.bootstrapServers() + "/" + name;
  }
}
