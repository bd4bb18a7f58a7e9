package dev.weir.iceberg.maintain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.commit.SinkRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PendingFilesTest {
  private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");
  private static final Instant STARTED = NOW.minus(Duration.ofDays(3));
  private static final Instant FINISHED = NOW.minus(Duration.ofHours(2));
  private static final Duration LONG = Duration.ofDays(300);
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final Map<String, String> properties = new HashMap<>();

  @Test
  void filesFromBeforeTheNewestAttemptOfALiveSinkAreOrphans() {
    live("live", STARTED.minus(LONG), STARTED);

    assertThat(isPending(fileOf("live"), STARTED.minus(MARGIN).minusMillis(1)), is(false));
    assertThat(isPending(fileOf("live"), STARTED.minus(MARGIN)), is(true));
    assertThat(isPending(fileOf("live"), STARTED.plusMillis(1)), is(true));
  }

  @Test
  void filesOfTheNewestAttemptOfALiveSinkArePendingAtAnyAge() {
    live("live", NOW.minus(LONG));

    PendingFiles files = new PendingFiles(properties, NOW, Duration.ofDays(1));

    assertThat(files.mayInclude(fileOf("live"), NOW.minus(LONG).plusMillis(1)), is(true));
  }

  @Test
  void filesFromBeforeARunFinishedAreOrphans() {
    run("r1", 3, 3);

    assertThat(isPending(fileOf("r1"), FINISHED.minusMillis(1)), is(false));
    assertThat(isPending(fileOf("r1"), FINISHED), is(true));
  }

  @Test
  void filesOfAnUnfinishedRunArePending() {
    run("r1", 2, 3);

    assertThat(isPending(fileOf("r1"), NOW.minus(LONG)), is(true));
    assertThat(isPendingUnlessOlderThan(LONG, fileOf("r1"), NOW.minus(LONG)), is(true));
    assertThat(
        isPendingUnlessOlderThan(LONG, fileOf("r1"), NOW.minus(LONG).minusMillis(1)), is(false));
  }

  @Test
  void aFileOfALiveSinkAndARunIsAnOrphanOnlyIfItIsOneForBoth() {
    live("both", STARTED);
    run("both", 1, 1);

    assertThat(isPending(fileOf("both"), STARTED), is(true));
    assertThat(isPending(fileOf("both"), STARTED.minus(MARGIN).minusMillis(1)), is(false));

    run("both", 1, 2);
    assertThat(isPending(fileOf("both"), STARTED.minus(LONG)), is(true));
    assertThat(
        isPendingUnlessOlderThan(Duration.ofDays(1), fileOf("both"), STARTED.minus(LONG)),
        is(true));
  }

  @Test
  void filesOfACompactionAreOrphansAfterADay() {
    String file = "00000-0-weir-compact~" + UUID.randomUUID() + "-00001.parquet";

    assertThat(isPending(file, NOW.minus(Duration.ofDays(1))), is(true));
    assertThat(isPending(file, NOW.minus(Duration.ofDays(1)).minusMillis(1)), is(false));
  }

  @Test
  void filesOfUnknownWritersArePendingUnlessAnAgeIsGiven() {
    live("live", NOW);
    run("r1", 1, 1);
    for (String file : List.of(fileOf("other"), "00000-0-" + UUID.randomUUID() + "-1.parquet")) {
      assertThat(isPending(file, Instant.EPOCH), is(true));
      assertThat(isPendingUnlessOlderThan(LONG, file, NOW.minus(LONG)), is(true));
      assertThat(isPendingUnlessOlderThan(LONG, file, NOW.minus(LONG).minusMillis(1)), is(false));
    }
  }

  private boolean isPending(String file, Instant modified) {
    return new PendingFiles(properties, NOW, null).mayInclude(file, modified);
  }

  private boolean isPendingUnlessOlderThan(Duration age, String file, Instant modified) {
    return new PendingFiles(properties, NOW, age).mayInclude("s3://b/t/data/" + file, modified);
  }

  private void live(String sink, Instant... attempts) {
    List<SinkRecord.Attempt> all =
        List.of(attempts).stream()
            .map(start -> new SinkRecord.Attempt("a" + start, 1, start.toEpochMilli()))
            .toList();
    properties.put(SinkRecord.property(sink), new SinkRecord("job", 9, all, List.of()).toJson());
  }

  private void run(String sink, int made, int commits) {
    RunRecord record = new RunRecord("run", commits, List.of(), 0);
    for (int n = 0; n < made; n++) {
      record = record.with("run", n, FINISHED.toEpochMilli());
    }
    properties.put(RunRecord.property(sink), record.toJson());
  }

  private static String fileOf(String sink) {
    return "00000-0-weir~" + sink + "~" + UUID.randomUUID() + "-00001.parquet";
  }
}
