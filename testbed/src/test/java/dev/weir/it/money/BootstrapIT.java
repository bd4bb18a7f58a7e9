package dev.weir.it.money;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyStream;
import dev.weir.it.state.Inspection;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.Main;
import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A live job that starts from the state of a history. */
@Timeout(900)
class BootstrapIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static SessionService service;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    flink = EmbeddedFlink.start(folder, 2, 0);
    service =
        SessionService.start(
            SessionService.healthy().withLatency(Duration.ofMillis(1), Duration.ofMillis(5)), 0);
  }

  @AfterAll
  static void stop() {
    flink.close();
    service.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void theFirstLivePaymentOfAKnownUserIsNotAFirstOccurrence(String backend) throws IOException {
    Path history = folder.resolve(backend);
    Files.createDirectories(history);
    // Two days of a wallet; by name, the file of the later day comes first.
    Files.writeString(
        history.resolve("wallet-b.jsonl"), payment("old", null, "CASH", at(-26 * 60)) + "\n");
    Files.writeString(
        history.resolve("wallet-a.jsonl"),
        payment("seen", "s1", "CARD", at(-30)) + "\n" + payment("last", null, "CARD", at(0)));
    Files.writeString(
        history.resolve("users.jsonl"),
        birthYear("b1", 1984, at(-2 * 24 * 60)) + "\n" + birthYear("b2", 1985, at(-25 * 60)));
    Files.writeString(
        history.resolve("sessions.jsonl"),
        session("s1", "PY", at(-60)) + "\n" + session("s2", "BO", at(-20)) + "\n");

    String savepoint = bootstrap(history, options(backend));

    String known =
        String.join(
            "\n",
            Inspection.run("--savepoint=" + savepoint, "--pipeline=money-enrichment").lines());
    assertThat(known, containsString("\"money_types\":[\"CASH\",\"CARD\"]"));
    assertThat("seen half an hour ago", known, containsString("KeptTimes/u1/2seen"));
    assertThat("seen 26 hours ago", known, not(containsString("KeptTimes/u1/2old")));
    try (MoneyRun live = new MoneyRun(kafka, flink, service.uri(), "live-" + backend)) {
      live.send(MoneyStream.WALLET, "u1", payment("seen", "s1", "CARD", at(-30)).getBytes(UTF_8));
      live.send(MoneyStream.WALLET, "u1", payment("p1", "s1", "CASH", at(5)).getBytes(UTF_8));
      live.send(MoneyStream.WALLET, "u1", payment("p2", "s2", "BONUS", at(6)).getBytes(UTF_8));
      live.closeLogs(NOON.plus(Duration.ofHours(3)));
      List<String> arguments = new ArrayList<>(options(backend));
      arguments.add("--savepointPath=" + savepoint);
      arguments.add("--allowNonRestoredState=true");
      // As the bootstrap has it, by default.
      arguments.add("--maxParallelism=128");
      live.start(arguments.toArray(String[]::new));

      List<String> expected =
          List.of(
              enriched(payment("p1", "s1", "CASH", at(5)), country("PY"), false),
              enriched(payment("p2", "s2", "BONUS", at(6)), country("BO"), true));
      eventually(live::lines, is(expected.stream().sorted().toList()));
    }
  }

  @Test
  void invalidArgumentsAreReportedBeforeAnythingStarts() {
    assertThat(refusal(), containsString("--pipeline is missing"));
    assertThat(refusal("--pipeline=loan-decisions"), containsString("no state to bootstrap"));
    assertThat(refusal("--pipeline=money-enrichment"), containsString("--savepoints is missing"));
    assertThat(
        refusal(
            "--pipeline=money-enrichment",
            "--savepoints=" + folder,
            "--wallet=kafka://localhost:9092/wallet"),
        containsString("--wallet: history comes from file:"));
    assertThat(
        refusal("--pipeline=money-enrichment", "--savepoints=" + folder, "--jobName=mine"),
        containsString("--jobName is set by bootstrap"));
    assertThat(
        refusal("--pipeline=money-enrichment", "--savepoints=" + folder, "--until=noon"),
        containsString("'noon' is not a time"));
  }

  @Test
  void aMissingHistoryFailsBeforeAnythingStarts() {
    Path none = folder.resolve("none-*.jsonl");

    assertThat(
        errors(
            CommandLine.ExitCode.SOFTWARE,
            "--pipeline=money-enrichment",
            "--savepoints=" + folder,
            "--wallet=file:" + none,
            "--users=file:" + none,
            "--sessions=file:" + none),
        containsString("--wallet: no files match " + none));
  }

  @Test
  void aHistoryThatEndsInTheFutureIsRejected() throws IOException {
    Path file = folder.resolve("future.jsonl");
    Instant far = Instant.parse("2099-01-01T00:00:00Z");
    Files.writeString(
        file, birthYear("f1", 1984, far) + "\n" + birthYear("f2", 1984, far.plusSeconds(1)));

    assertThat(
        refusal(
            "--pipeline=money-enrichment",
            "--savepoints=" + folder,
            "--flinkMaster=" + flink.master(),
            "--filesToStage=" + flink.filesToStage(),
            "--wallet=file:" + file,
            "--users=file:" + file,
            "--sessions=file:" + file),
        containsString("the history ends at 2099-01-01T00:00:02.000Z, which is in the future"));
  }

  private static String bootstrap(Path history, List<String> options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bootstrap",
                "--pipeline=money-enrichment",
                "--savepoints=" + folder.resolve("savepoints"),
                "--flinkMaster=" + flink.master(),
                "--filesToStage=" + flink.filesToStage(),
                "--wallet=file:" + history.resolve("wallet-*.jsonl"),
                "--users=file:" + history.resolve("users.jsonl"),
                "--sessions=file:" + history.resolve("sessions.jsonl")));
    arguments.addAll(options);
    StringWriter out = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(out.toString(), status, is(CommandLine.ExitCode.OK));
    return out.toString()
        .lines()
        .filter(line -> line.startsWith("savepoint: "))
        .map(line -> line.substring("savepoint: ".length()))
        .collect(Collectors.joining());
  }

  private static String refusal(String... arguments) {
    return errors(CommandLine.ExitCode.USAGE, arguments);
  }

  private static String errors(int status, String... arguments) {
    StringWriter err = new StringWriter();
    String[] all = MoneyRun.with(new String[] {"bootstrap"}, arguments);
    int actual = Main.commandLine().setErr(new PrintWriter(err, true)).execute(all);
    assertThat(err.toString(), actual, is(status));
    return err.toString();
  }

  private static List<String> options(String backend) {
    List<String> options = new ArrayList<>(List.of("--parallelism=2", "--shards=16"));
    if (backend.equals("rocksdb")) {
      options.add("--stateBackend=rocksdb");
      options.add("--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri());
    }
    return options;
  }

  private static Instant at(long minutesAfterNoon) {
    return NOON.plus(Duration.ofMinutes(minutesAfterNoon));
  }

  private static String payment(String id, String session, String moneyType, Instant at) {
    return ("{\"type\":\"PaymentEvent\",\"id\":\"%s\",\"userId\":\"u1\",%s\"processedAt\":\"%s\","
            + "\"amount\":12.50,\"currency\":\"UYU\",\"openingBalance\":100.00,"
            + "\"closingBalance\":87.50,\"moneyType\":\"%s\",\"paymentRelatedThing\":\"t\","
            + "\"isOldMoneyEvent\":false}")
        .formatted(
            id, session == null ? "" : "\"userSessionId\":\"" + session + "\",", at, moneyType);
  }

  private static String birthYear(String id, int year, Instant at) {
    return ("{\"type\":\"ChangeBirthDateEvent\",\"id\":\"%s\",\"userId\":\"u1\","
            + "\"processedAt\":\"%s\",\"birthYear\":%d,\"birthCityPlace\":null}")
        .formatted(id, at, year);
  }

  private static String session(String id, String country, Instant at) {
    return ("{\"type\":\"UserSessionCreatedEvent\",\"id\":\"%s\",\"userId\":\"u1\","
            + "\"processedAt\":\"%s\",\"clientCountryCode\":\"%s\"}")
        .formatted(id, at, country);
  }

  private static String country(String code) {
    return "{\"clientCountryCode\":\"" + code + "\"}";
  }

  private static String enriched(String money, String session, boolean first) {
    return "{\"money\":"
        + money
        + ",\"userInfo\":{\"birthYear\":\"1985\"},\"sessionInfo\":"
        + session
        + ",\"firstOccurrence\":"
        + first
        + "}";
  }
}
