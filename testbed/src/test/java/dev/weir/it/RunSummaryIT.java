package dev.weir.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Access;
import dev.weir.it.loans.LoanFiles;
import dev.weir.scoringservice.ScoringService;
import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last lines of a bounded run agree with the files that the run read and wrote. */
@Timeout(180)
class RunSummaryIT {
  private static final String FROM = "--from=2026-01-05T12:00:00Z";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void theRecordsOfLoanDecisionsAddUp(String runner) throws IOException {
    run("generate", "loans", "--to=file:" + in("loans.jsonl"), "--events=300", "--seed=7", FROM);
    CommandRun run;
    try (BureauMock bureau =
        BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0)) {
      run =
          run(
              "loan-decisions",
              "--runner=" + runner,
              "--shards=8",
              "--bureauTimeout=60s",
              "--applications=file:" + in("loans.jsonl"),
              "--decisions=file:" + out("decisions"),
              "--deadLetters=file:" + out("letters"),
              "--bureau=" + bureau.uri());
    }

    String done = lastLine(run);
    assertRead(run, 300, "loans.jsonl");
    assertThat(done, startsWith("done: 300 records read: "));
    assertThat(done, endsWith("; every decision that needed a score has one"));
    assertThat(number(done, "decision"), is(lines("decisions")));
    assertThat(number(done, "dead letter"), is(lines("letters")));
    assertThat(
        number(done, "decision") + number(done, "duplicate") + number(done, "dead letter"),
        is(300L));
    assertThat(number(done, "APPROVED") + number(done, "DENIED"), is(lines("decisions")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void theRecordsOfCardTransactionsAddUp(String runner) throws IOException {
    run("generate", "card", "--to=file:" + in("card"), "--events=300", "--seed=7", FROM);
    long records = LoanFiles.lines(folder.resolve("in/card")).size();
    CommandRun run;
    try (ScoringService scorer =
        ScoringService.start(
            ScoringService.healthy().withLatency(Duration.ZERO, Duration.ZERO), Access.open(), 0)) {
      run =
          run(
              "card-transactions",
              "--runner=" + runner,
              "--shards=8",
              "--scoringTimeout=60s",
              "--customers=file:" + in("card/customers.jsonl"),
              "--transactions=file:" + in("card/transactions.jsonl"),
              "--enriched=file:" + out("enriched"),
              "--pending=file:" + out("pending"),
              "--deadLetters=file:" + out("letters"),
              "--scoring=" + scorer.uri());
    }

    String done = lastLine(run);
    assertRead(run, records, "card/customers.jsonl", "card/transactions.jsonl");
    assertThat(done, endsWith("; every settled transaction has a score"));
    assertThat(number(done, "dead letter"), is(lines("letters")));
    assertThat(number(done, "record"), is(records));
    assertThat(
        number(done, "applied") + number(done, "stale") + number(done, "dead letter"),
        is(number(done, "record")));
    assertThat(number(done, "settled change"), is(lines("enriched")));
    assertThat(number(done, "pending change"), is(lines("pending")));
    assertThat(
        number(done, "LOW")
            + number(done, "MEDIUM")
            + number(done, "HIGH")
            + number(done, "withdrawn"),
        is(number(done, "settled change")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void theRecordsOfMoneyEnrichmentAddUp(String runner) throws IOException {
    run(
        "generate",
        "money",
        "--wallet=file:" + in("wallet.jsonl"),
        "--users=file:" + in("users.jsonl"),
        "--sessions=file:" + in("sessions.jsonl"),
        "--events=600",
        "--seed=7",
        FROM);
    CommandRun run;
    try (SessionService service =
        SessionService.start(
            SessionService.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0)) {
      run =
          run(
              "money-enrichment",
              "--runner=" + runner,
              "--shards=8",
              "--sessionTimeout=60s",
              "--wallet=file:" + in("wallet.jsonl"),
              "--users=file:" + in("users.jsonl"),
              "--sessions=file:" + in("sessions.jsonl"),
              "--enriched=file:" + out("enriched"),
              "--deadLetters=file:" + out("letters"),
              "--sessionService=" + service.uri());
    }

    String done = lastLine(run);
    assertRead(run, 600, "wallet.jsonl", "users.jsonl", "sessions.jsonl");
    assertThat(done, startsWith("done: 600 records read ("));
    assertThat(done, endsWith("; the session service has answered every question"));
    assertThat(number(done, "movement"), is(lines("enriched")));
    assertThat(number(done, "dead letter"), is(lines("letters")));
    assertThat(
        number(done, "movement")
            + number(done, "of users and sessions")
            + number(done, "duplicate")
            + number(done, "ignored")
            + number(done, "dead letter"),
        is(600L));
    assertThat(
        number(done, "with a session from the stream")
            + number(done, "with one from the service")
            + number(done, "with an unknown session")
            + number(done, "without a session id"),
        is(number(done, "movement")));
  }

  /** Returns the last line that a run prints; the line before it names the log. */
  private static String lastLine(CommandRun run) {
    assertThat(run.out().get(run.out().size() - 2), matchesPattern("log: .+"));
    return run.lastLine();
  }

  /** The last line of the progress counts every file, record and byte of the input. */
  private void assertRead(CommandRun run, long records, String... files) throws IOException {
    long bytes = 0;
    for (String file : files) {
      bytes += Files.size(Path.of(in(file)));
    }
    assertThat(
        run.err().get(run.err().size() - 1),
        matchesPattern(
            String.format(
                Locale.ROOT,
                "read: %d files?, %,d records, %,d bytes; the run took .+",
                files.length,
                records,
                bytes)));
  }

  private static CommandRun run(String... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.err().toString(), run.status(), is(0));
    return run;
  }

  /** Returns the first number before these words, or 0. */
  private static long number(String line, String words) {
    Matcher matcher = Pattern.compile("([\\d,]+) " + words + "s?\\b").matcher(line);
    return matcher.find() ? Long.parseLong(matcher.group(1).replace(",", "")) : 0;
  }

  private long lines(String name) {
    return LoanFiles.lines(folder.resolve("out").resolve(name)).size();
  }

  private String in(String name) {
    return folder.resolve("in").resolve(name).toString();
  }

  private String out(String name) {
    return folder.resolve("out").resolve(name).toString();
  }
}
