package dev.weir.it.money;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyActivity;
import dev.weir.generate.MoneyRecord;
import dev.weir.generate.MoneyRecord.Kind;
import dev.weir.generate.MoneyStream;
import dev.weir.it.Checkpoints;
import dev.weir.it.Lines;
import dev.weir.it.state.Inspection;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Money movements from topics, live and with a restart, and replayed from files of those topics:
 * the results are the same, including those of late events.
 */
@Timeout(900)
class MoneyReplayIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  /**
   * Generated 15 s out of order: the rest is for a log that is idle while a job starts, because its
   * time then follows the clock.
   */
  private static final String DISORDER = "--disorder=4m";

  private static final String[] OFTEN = {
    DISORDER,
    "--checkpointingInterval=1000",
    "--externalizedCheckpointsEnabled=true",
    "--retainExternalizedCheckpointsOnCancellation=true"
  };

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static SessionService service;
  private static FlinkRest rest;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    flink = EmbeddedFlink.start(folder, 4, 0);
    rest = new FlinkRest(flink);
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
  @CsvSource({"1,3,heap,7,3", "2,3,rocksdb,100,4"})
  void liveWithARestartEqualsTheReplay(int before, int after, String backend, int bundle, long seed)
      throws IOException {
    Random random = new Random(Long.getLong("weir.money.seed", seed));
    List<MoneyRecord> records = made(seed, 2_400);
    // Longer than the disorder: the first results do not wait until the log is idle.
    int half = 1_500 + random.nextInt(300);
    String name = "restart-" + seed;
    try (MoneyRun run = run(name)) {
      run.send(records.subList(0, half))
          .start(options(backend, "--parallelism=" + before, "--maxBundleSize=" + bundle));
      int some = 20 + random.nextInt(40);
      eventually(run::size, greaterThan(some));
      Checkpoints checkpoints = new Checkpoints(folder, rest.job());
      checkpoints.awaitOneFromNowOn();
      int published = run.size();
      // Some of these are processed after the checkpoint and are processed again.
      run.send(records.subList(half, half + 200));
      eventually(run::size, greaterThan(published));
      run.cancel();
      run.send(records.subList(half + 200, records.size()))
          .closeLogs(NOON.plus(Duration.ofDays(2)));
      run.start(
          options(backend, "--parallelism=" + after, "--savepointPath=" + checkpoints.path()));

      List<String> replayed = direct(run, name);
      eventually("seed " + seed, () -> Lines.differences(run.lines(), replayed), empty());
      eventually(() -> run.deadLetters().size(), is(count(records, Kind.MALFORMED)));
      eventually("what outlived its day, seed " + seed, MoneyReplayIT::remembered, empty());
    }
  }

  /** The state a day after the last event, except for users, who are kept forever. */
  private static List<String> remembered() {
    String savepoint = rest.savepoint(rest.job(), folder.resolve("savepoints").toUri());
    Inspection inspection =
        Inspection.run("--savepoint=" + savepoint, "--pipeline=money-enrichment");
    List<String> memory =
        inspection.lines().stream().filter(line -> line.contains("\"state\":\"memory\"")).toList();
    assertThat("users are known", memory.stream().anyMatch(l -> l.contains("UserInfo/")), is(true));
    return memory.stream()
        .filter(line -> !line.contains("\"entry\":\"UserInfo/"))
        .filter(line -> !line.contains(MoneyRun.CLOSER))
        .toList();
  }

  @Test
  void bothRunnersGiveTheSameResultsWithEachMovementOnce() throws IOException {
    List<MoneyRecord> records = made(9, 1_500);
    try (MoneyRun run = run("history")) {
      run.send(records);

      List<String> direct = direct(run, "history");

      assertThat(direct.size(), is(movements(records)));
      assertThat(batch(run, "history", 3), equalTo(direct));
    }
  }

  private static List<String> direct(MoneyRun run, String name) throws IOException {
    Path here = folder.resolve(name + "-direct");
    return run.replay(
        here,
        run.dump(here),
        "--runner=DirectRunner",
        DISORDER,
        "--enforceImmutability=true",
        "--enforceEncodability=true");
  }

  private static List<String> batch(MoneyRun run, String name, int parallelism) throws IOException {
    Path here = folder.resolve(name + "-batch");
    return run.replay(
        here,
        run.dump(here),
        "--runner=FlinkRunner",
        DISORDER,
        "--flinkMaster=" + flink.master(),
        "--filesToStage=" + flink.filesToStage(),
        "--parallelism=" + parallelism);
  }

  private static MoneyRun run(String name) {
    return new MoneyRun(kafka, flink, service.uri(), name);
  }

  private static List<MoneyRecord> made(long seed, int count) {
    Iterator<MoneyRecord> activity =
        MoneyActivity.seeded(seed, NOON, Countries::of)
            .withRate(2)
            .withLate(0.02)
            .withDuplicates(0.02)
            .withMalformed(0.01)
            .iterator();
    List<MoneyRecord> records = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      records.add(activity.next());
    }
    return records;
  }

  private static int count(List<MoneyRecord> records, Kind kind) {
    return (int) records.stream().filter(record -> record.kind() == kind).count();
  }

  /** Returns the number of different movements. */
  private static int movements(List<MoneyRecord> records) {
    Set<String> all = new HashSet<>();
    records.stream()
        .filter(r -> r.stream() == MoneyStream.WALLET)
        .filter(r -> r.kind() != Kind.MALFORMED && r.kind() != Kind.IGNORED)
        .forEach(r -> all.add(new String(r.value(), java.nio.charset.StandardCharsets.UTF_8)));
    return all.size();
  }

  private static String[] options(String backend, String... more) {
    String[] options = MoneyRun.with(OFTEN, more);
    return backend.equals("heap")
        ? options
        : MoneyRun.with(
            options,
            "--stateBackend=rocksdb",
            "--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri());
  }
}
