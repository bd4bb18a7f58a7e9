package dev.weir.it.access;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.weir.bureaumock.BureauMock;
import dev.weir.bureaumock.Scores;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.Listening;
import dev.weir.httpservice.ServerCertificate;
import dev.weir.it.CommandRun;
import dev.weir.it.Program;
import dev.weir.it.loans.LoanFiles;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines whose services use TLS and need a token. */
@Timeout(300)
class ServiceAccessIT {
  /** In the environment of these tests, as the token of the bureau only. */
  private static final String TOKEN = "token-of-the-tests";

  private static final Behaviour PROMPT =
      BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);

  @TempDir private static Path certificates;
  private static Path trusted;
  private static ServerCertificate own;

  @TempDir private Path folder;

  @BeforeAll
  static void issue() {
    TestCertificates authority = TestCertificates.ofNewAuthority();
    Issued issued = authority.issue("service", "localhost", "127.0.0.1");
    trusted = TestCertificates.write(certificates.resolve("ca.pem"), authority.authority());
    own =
        ServerCertificate.read(
            TestCertificates.write(certificates.resolve("own.pem"), issued.certificate()),
            TestCertificates.write(certificates.resolve("own.key"), issued.key()));
  }

  @Test
  void aBureauBehindTlsAndATokenScoresEveryApplicant() throws IOException {
    try (BureauMock bureau = BureauMock.start(PROMPT, demanding(TOKEN))) {
      CommandRun run = decide(bureau, "--trustStore=" + trusted);

      assertThat(run.err().toString(), run.status(), is(0));
      assertThat(
          LoanFiles.lines(folder.resolve("decisions")),
          contains(
              containsString(
                  "\"reason\":\"Based on External Bureau Score: " + Scores.of("x-700") + "\"")));
      assertThat(bureau.stats().answered(401), is(0L));
    }
  }

  @Test
  void withoutTheTrustStoreOneLineNamesTheOptions() throws IOException {
    try (BureauMock bureau = BureauMock.start(PROMPT, demanding(TOKEN))) {
      CommandRun run = decide(bureau);

      assertThat(run.status(), is(1));
      assertThat(
          run.err(),
          contains(
              "--bureau: the service at "
                  + bureau.uri()
                  + " cannot be trusted: its certificate is from an unknown authority; name a PEM"
                  + " file with the authority's certificate in --trustStore"));
    }
  }

  @Test
  void aWrongTokenIsOneLineBeforeTheRunStarts() throws IOException {
    try (BureauMock bureau = BureauMock.start(PROMPT, demanding(TOKEN + "x"))) {
      CommandRun run = decide(bureau, "--trustStore=" + trusted);

      assertThat(run.status(), is(1));
      assertThat(
          run.err(),
          contains(
              "--bureau: the service at "
                  + bureau.uri()
                  + " answers 401: it rejects the token in BUREAU_TOKEN; check the token"));
    }
  }

  @Test
  void aMissingTrustStoreIsAnArgumentError() throws IOException {
    Path missing = folder.resolve("missing.pem");
    try (BureauMock bureau = BureauMock.start(PROMPT, demanding(TOKEN))) {
      CommandRun run = decide(bureau, "--trustStore=" + missing);

      assertThat(run.status(), is(2));
      assertThat(
          run.err(),
          contains(
              "--trustStore: "
                  + missing
                  + " cannot be read (NoSuchFileException); check the path (see --help)"));
    }
  }

  @Test
  void onFlinkTheTokenIsInTheEnvironmentOfTheWorkersOnly() throws IOException {
    assertThat(System.getenv("SESSION_TOKEN"), is(nullValue()));
    Files.writeString(folder.resolve("users.jsonl"), "");
    Files.writeString(folder.resolve("sessions.jsonl"), "");
    Files.writeString(folder.resolve("wallet.jsonl"), payment("s1") + payment("s2"), UTF_8);

    try (SessionService service = SessionService.start(PROMPT, demanding("of-the-workers"));
        Program cluster =
            Program.start(
                "access",
                FlinkCluster.class,
                Map.of("SESSION_TOKEN", "of-the-workers"),
                List.of(folder.resolve("flink").toString()))) {
      eventually(cluster::printed, hasSize(2));
      CommandRun run =
          CommandRun.of(
              "money-enrichment",
              "--runner=FlinkRunner",
              "--flinkMaster=" + cluster.printed().get(0),
              "--filesToStage=" + cluster.printed().get(1),
              "--shards=2",
              "--wallet=file:" + folder.resolve("wallet.jsonl"),
              "--users=file:" + folder.resolve("users.jsonl"),
              "--sessions=file:" + folder.resolve("sessions.jsonl"),
              "--enriched=file:" + folder.resolve("enriched"),
              "--deadLetters=file:" + folder.resolve("letters"),
              "--sessionService=" + service.uri(),
              // The check before the start would lack the token.
              "--sessionPatience=0s",
              "--sessionTimeout=60s",
              "--trustStore=" + trusted);

      assertThat(run.err().toString(), run.status(), is(0));
      assertThat(
          LoanFiles.lines(folder.resolve("enriched")),
          containsInAnyOrder(
              containsString("\"sessionInfo\":" + session("s1")),
              containsString("\"sessionInfo\":" + session("s2"))));
      assertThat(service.stats().answered(401), is(0L));
    }
  }

  private static String session(String id) {
    return "{\"clientCountryCode\":\"" + Countries.of(id).orElseThrow() + "\"}";
  }

  private static String payment(String session) {
    return """
        {"type":"PaymentEvent","id":"p-%1$s","userId":"u1","userSessionId":"%1$s",\
        "processedAt":"2026-01-05T12:00:00Z","amount":30,"currency":"UYU","openingBalance":1000,\
        "closingBalance":970,"moneyType":"AAA","paymentRelatedThing":"receipt","isOldMoneyEvent":true}
        """
        .formatted(session);
  }

  private CommandRun decide(BureauMock bureau, String... more) throws IOException {
    Files.writeString(
        folder.resolve("applications.jsonl"),
        """
        {"request_id":"r1","applicant_type":"UNKNOWN","amount":250.5,"ssn":"x-700","ts":"2026-01-05T10:00:00Z"}
        """,
        UTF_8);
    List<String> arguments =
        List.of(
            "loan-decisions",
            "--runner=DirectRunner",
            CommandRun.ONE_THREAD,
            "--shards=1",
            "--bureauTimeout=60s",
            "--applications=file:" + folder.resolve("applications.jsonl"),
            "--decisions=file:" + folder.resolve("decisions"),
            "--deadLetters=file:" + folder.resolve("letters"),
            "--bureau=" + bureau.uri());
    return CommandRun.of(
        Stream.concat(arguments.stream(), Arrays.stream(more)).toArray(String[]::new));
  }

  private static Listening demanding(String token) {
    return Listening.onLoopback(0).withAccess(Access.byToken(token)).withCertificate(own);
  }
}
