package dev.weir.it.loans;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.generate.CardActivity;
import dev.weir.generate.CardFiles;
import dev.weir.generate.MoneyActivity;
import dev.weir.generate.MoneyRecord;
import dev.weir.generate.MoneyStream;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import dev.weir.it.CommandRun;
import dev.weir.it.cards.CardFolder;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.scoringservice.ScoringService;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services that fail while a job runs: an outage shorter than the patience leaves no trace. */
@Timeout(180)
class ServiceOutageIT {
  private static final int APPLICATIONS = 150;
  private static final List<Loan> LOANS = loans();
  private static final Behaviour SESSIONS =
      SessionService.healthy().withLatency(Duration.ZERO, Duration.ZERO);

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static String applications;

  @BeforeAll
  static void startStack() {
    stack =
        EmbeddedStack.start(
            folder,
            0,
            0,
            BureauMock.healthy().withLatency(Duration.ofMillis(2), Duration.ofMillis(20)),
            UnsteadyBureau.Kind.values().length,
            0);
    applications = LoanFiles.writeLines(folder.resolve("applications"), LOANS);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  // bounded

  @Test
  void outagesAtTheStartInTheMiddleAndAtTheEndOfABoundedRunLeaveNoTrace() {
    Map<String, CompletableFuture<Void>> runs = new LinkedHashMap<>();
    // One only: while it waits, the DirectRunner polls without a pause.
    runs.put(
        "on the DirectRunner",
        CompletableFuture.runAsync(
            () ->
                leavesNoTrace(
                    UnsteadyBureau.Kind.FAILING_503,
                    "direct",
                    "--runner=DirectRunner",
                    CommandRun.ONE_THREAD),
            ServiceOutageIT::start));
    for (UnsteadyBureau.Kind kind : UnsteadyBureau.Kind.values()) {
      runs.put(
          kind + " on Flink",
          CompletableFuture.runAsync(
              () ->
                  leavesNoTrace(
                      kind,
                      "flink",
                      "--runner=FlinkRunner",
                      "--flinkMaster=" + stack.flink().master(),
                      "--filesToStage=" + stack.flink().filesToStage(),
                      "--parallelism=1"),
              ServiceOutageIT::start));
    }
    runs.values().forEach(CompletableFuture::join);
  }

  private static void leavesNoTrace(UnsteadyBureau.Kind kind, String runner, String... more) {
    String name = kind.name().toLowerCase(Locale.ROOT) + "-" + runner;
    int questions = (int) LOANS.stream().filter(loan -> !loan.isKnown()).count();
    try (UnsteadyBureau bureau = new UnsteadyBureau(kind, questions)) {
      List<String> arguments = new ArrayList<>(Arrays.asList(more));
      // A request that hangs leads to a time-out; on a busy machine others may do so too.
      arguments.add("--bureauTimeout=" + (kind == UnsteadyBureau.Kind.HANGING ? "1s" : "20s"));

      List<String> decisions = decide(name, bureau.uri(), arguments);

      assertThat(name, decisions, equalTo(LOANS.stream().map(Loan::decision).sorted().toList()));
      assertThat(name, bureau.outages(), is(3));
    }
  }

  @Test
  void anOutageLongerThanThePatienceEndsInReferrals() {
    try (UnsteadyBureau bureau = new UnsteadyBureau(UnsteadyBureau.Kind.FAILING_503, 0)) {
      bureau.failForEver();

      List<String> decisions =
          decide(
              "for-ever",
              bureau.uri(),
              List.of("--runner=DirectRunner", CommandRun.ONE_THREAD, "--bureauPatience=1s"));

      assertThat(
          decisions,
          equalTo(LOANS.stream().map(loan -> loan.referral("UNAVAILABLE")).sorted().toList()));
    }
  }

  private static List<String> decide(String name, URI bureau, List<String> more) {
    Path decisions = folder.resolve(name + "-decisions");
    List<String> arguments = new ArrayList<>(more);
    arguments.addAll(
        List.of(
            "--shards=8",
            "--bureauBatch=5",
            "--bureauInFlight=4",
            "--applications=" + applications,
            "--decisions=file:" + decisions,
            "--deadLetters=file:" + folder.resolve(name + "-dead-letters"),
            "--bureau=" + bureau));
    PipelineResult result =
        LoanDecisions.run(PipelineArguments.parse(LoanDecisionsOptions.class, arguments));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    return LoanFiles.lines(decisions).stream().sorted().toList();
  }

  // live

  @Test
  void aLiveJobWaitsForTheEndOfAnOutage() {
    stack.bureau().behave(BureauMock.healthy().refusing(503));
    long refused = stack.bureau().stats().answered(503);
    try (LoanRun run = new LoanRun(stack, "waits").start("--bureauPatience=10m")) {
      List<Loan> loans = unknown("waits", 50);
      run.send(loans);
      eventually(
          () -> stack.bureau().stats().answered(503) - refused, is(greaterThanOrEqualTo(12L)));
      assertThat(run.decisions().lines(), is(List.of()));

      stack.bureau().behave(BureauMock.healthy());

      eventually(
          () -> run.decisions().lines().stream().sorted().toList(),
          equalTo(loans.stream().map(Loan::decision).sorted().toList()));
    }
  }

  @Test
  void aLiveJobRecoversByItselfAfterAnOutageLongerThanThePatience() {
    stack.bureau().behave(BureauMock.healthy().refusing(503));
    try (LoanRun run = new LoanRun(stack, "recovers").start("--bureauPatience=1s")) {
      List<Loan> during = unknown("during", 50);
      run.send(during);
      eventually(
          () -> run.decisions().lines().stream().sorted().toList(),
          equalTo(during.stream().map(loan -> loan.referral("UNAVAILABLE")).sorted().toList()));

      stack.bureau().behave(BureauMock.healthy());
      Iterator<Loan> probes = unknown("probe", 2000).iterator();
      eventually(
          () -> {
            Loan probe = probes.next();
            run.send(List.of(probe));
            eventually(() -> run.decisions().lines().toString(), containsString(probe.requestId()));
            return run.decisions().lines().contains(probe.decision());
          },
          is(true));

      List<Loan> after = unknown("after", 50);
      run.send(after);
      for (Loan loan : after) {
        eventually(() -> run.decisions().lines(), hasItem(loan.decision()));
      }
    }
  }

  // the other services

  @Test
  void anOutageOfTheScorerLeavesNoTrace() throws IOException {
    Path made = folder.resolve("cards");
    CardFiles.in(made).write(CardActivity.seeded(7, Loan.NOON).withRate(10).withCustomers(50), 600);
    try (ScoringService scorer = ScoringService.start(ScoringService.healthy(), Access.open(), 0)) {
      CardFolder in = new CardFolder(made);
      CardFolder undisturbed =
          in.into("undisturbed").run(scorer.uri(), "--runner=DirectRunner", CommandRun.ONE_THREAD);
      scorer.behave(ScoringService.healthy().withErrorRate(1));
      CompletableFuture<CardFolder> disturbed =
          CompletableFuture.supplyAsync(
              () ->
                  in.into("disturbed")
                      .run(scorer.uri(), "--runner=DirectRunner", CommandRun.ONE_THREAD),
              ServiceOutageIT::start);
      eventually(() -> scorer.stats().answered(503), is(greaterThanOrEqualTo(12L)));

      scorer.behave(ScoringService.healthy());

      assertThat(disturbed.join().enriched(), equalTo(undisturbed.enriched()));
      assertThat(undisturbed.enriched().size(), is(greaterThan(100)));
      assertThat(undisturbed.enriched().toString(), not(containsString("UNSCORED")));
    }
  }

  @Test
  void anOutageOfTheSessionServiceLeavesNoTrace() throws IOException {
    Path in = Files.createDirectories(folder.resolve("money"));
    Iterator<MoneyRecord> activity = MoneyActivity.seeded(7, Loan.NOON, Countries::of).iterator();
    for (MoneyStream stream : MoneyStream.values()) {
      Files.createFile(in.resolve(stream + ".jsonl"));
    }
    for (int n = 0; n < 500; n++) {
      MoneyRecord record = activity.next();
      // The stream has no sessions, so the service is asked about each.
      if (record.stream() != MoneyStream.SESSIONS) {
        append(in.resolve(record.stream() + ".jsonl"), record.value());
      }
    }
    try (SessionService service = SessionService.start(SESSIONS, 0)) {
      List<String> undisturbed = enrich(in, "undisturbed", service.uri());
      service.behave(SESSIONS.refusing(500));
      CompletableFuture<List<String>> disturbed =
          CompletableFuture.supplyAsync(
              () -> enrich(in, "disturbed", service.uri()), ServiceOutageIT::start);
      eventually(() -> service.stats().answered(500), is(greaterThanOrEqualTo(12L)));

      service.behave(SESSIONS);

      assertThat(disturbed.join(), equalTo(undisturbed));
      assertThat(undisturbed.size(), is(greaterThan(100)));
      assertThat(undisturbed.toString(), not(containsString("UNAVAILABLE")));
    }
  }

  private static List<String> enrich(Path in, String name, URI sessions) {
    Path enriched = folder.resolve("money-" + name);
    PipelineResult result =
        MoneyEnrichment.run(
            PipelineArguments.parse(
                MoneyEnrichmentOptions.class,
                List.of(
                    "--runner=DirectRunner",
                    CommandRun.ONE_THREAD,
                    "--shards=8",
                    "--sessionTimeout=20s",
                    "--wallet=file:" + in.resolve(MoneyStream.WALLET + ".jsonl"),
                    "--users=file:" + in.resolve(MoneyStream.USERS + ".jsonl"),
                    "--sessions=file:" + in.resolve(MoneyStream.SESSIONS + ".jsonl"),
                    "--enriched=file:" + enriched,
                    "--deadLetters=file:" + folder.resolve("money-dead-" + name),
                    "--sessionService=" + sessions)));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    return LoanFiles.lines(enriched).stream().sorted().toList();
  }

  private static void append(Path file, byte[] line) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, java.nio.file.StandardOpenOption.APPEND)) {
      out.write(line);
      out.write('\n');
    }
  }

  private static void start(Runnable run) {
    Thread thread = new Thread(run);
    thread.setDaemon(true);
    thread.start();
  }

  private static List<Loan> loans() {
    Random random = new Random(20_260_105);
    return IntStream.range(0, APPLICATIONS)
        .mapToObj(n -> Loan.madeUp("outage", n, random))
        .toList();
  }

  private static List<Loan> unknown(String run, int count) {
    Random random = new Random(20_260_105);
    return IntStream.range(0, count).mapToObj(n -> Loan.madeUp(run, n, random).unknown()).toList();
  }
}
