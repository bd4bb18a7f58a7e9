package dev.weir.it.kills;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.FlinkProcesses;
import dev.weir.embedded.KafkaProcess;
import dev.weir.httpservice.Access;
import dev.weir.scoringservice.ScoringService;
import dev.weir.sessionservice.SessionService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Live jobs on a cluster and a broker whose processes are killed with SIGKILL at random moments.
 * Every output is published exactly once, and topics, tables and replays agree.
 */
@Timeout(3600)
class ClusterKillsIT {
  private static final long SEED = Long.getLong("weir.kill.seed", 20_261_127L);

  /** The number of killed processes, over all tests. Each costs many seconds of a processor. */
  private static final int KILLS = Integer.getInteger("weir.kills", 30);

  private static final int TESTS = 4;

  @TempDir private static Path folder;
  private static KafkaProcess kafka;
  private static FlinkProcesses flink;

  @BeforeAll
  static void start() {
    kafka = KafkaProcess.start(folder.resolve("kafka"));
    flink = FlinkProcesses.start(folder.resolve("flink"), 2, 1);
  }

  @AfterAll
  static void stop() {
    flink.close();
    kafka.close();
  }

  @Test
  void aBureauThatChangesItsAnswersGivesOneDecisionPerApplication() {
    Random random = new Random(SEED);
    List<Victim> victims = victims(0, random);
    String when = when(victims);
    try (ChangingBureau bureau = new ChangingBureau();
        LoanKills run =
            new LoanKills(
                flink,
                kafka,
                bureau.uri(),
                folder.resolve("changing"),
                "changing",
                random,
                List.of())) {
      run.kill(victims);
      run.assertOutputsAgree(when);
      assertThat("some are asked again", bureau.asked(), greaterThan(run.questions()));
    }
  }

  @Test
  void decisionsEqualThoseOfAReplay() {
    Random random = new Random(SEED + 1);
    List<Victim> victims = victims(1, random);
    String when = when(victims);
    try (BureauMock bureau =
            BureauMock.start(
                BureauMock.healthy().withLatency(Duration.ofMillis(2), Duration.ofMillis(20)), 0);
        LoanKills run =
            new LoanKills(
                flink,
                kafka,
                bureau.uri(),
                folder.resolve("loans"),
                "loans",
                random,
                KilledJob.onRocksDb(flink))) {
      run.kill(victims);
      run.assertOutputsAgree(when);
      run.assertEqualToReplay(when);
    }
  }

  @Test
  void changelogsAndTablesOfCardsEqualThoseOfAReplay() {
    Random random = new Random(SEED + 2);
    List<Victim> victims = victims(2, random);
    try (ScoringService scorer = ScoringService.start(ScoringService.healthy(), Access.open(), 0);
        CardKills run =
            new CardKills(
                flink,
                kafka,
                scorer.uri(),
                folder.resolve("cards"),
                victims.size(),
                SEED,
                random)) {
      run.kill(victims);
      run.assertOutputsAgree(when(victims));
    }
  }

  @Test
  void enrichedMovementsEqualThoseOfAReplay() {
    Random random = new Random(SEED + 3);
    List<Victim> victims = victims(3, random);
    try (SessionService service =
            SessionService.start(
                SessionService.healthy().withLatency(Duration.ofMillis(1), Duration.ofMillis(5)),
                0);
        MoneyKills run =
            new MoneyKills(flink, kafka, service.uri(), folder.resolve("money"), SEED, random)) {
      run.kill(victims);
      run.assertOutputsAgree(when(victims));
    }
  }

  private static List<Victim> victims(int test, Random random) {
    int kills = KILLS * (test + 1) / TESTS - KILLS * test / TESTS;
    return Victim.inRandomOrder(kills, 4 - 2 * (test % 3), random);
  }

  private static String when(List<Victim> victims) {
    return "-Dweir.kills=" + KILLS + " -Dweir.kill.seed=" + SEED + ", killed: " + victims;
  }
}
