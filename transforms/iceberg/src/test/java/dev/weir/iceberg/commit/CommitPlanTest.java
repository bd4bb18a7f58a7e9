package dev.weir.iceberg.commit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.LedgerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which starts of a job may write after which. Files are written as number and start: "3b" is the
 * third, by the start "b".
 */
class CommitPlanTest {
  private SinkRecord record = SinkRecord.NONE;
  private CommitPlan plan;

  @Test
  void aNewStartCommitsTheFilesThatTheOneBeforeHadPendingAndThenItsOwn() {
    assertThat(commit("1a"), is("1a"));
    assertThat(commit("2a"), is("2a"));
    assertThat(commit("3b"), is("3b"));
    assertThat(commit("4b"), is("4b"));
  }

  @Test
  void pendingFilesOfThreeStartsAreCommittedTogether() {
    assertThat(commit("3c", "1a", "2b"), is("1a 2b 3c"));
    assertThat(commit("4c"), is("4c"));
  }

  @Test
  void filesThatAnEarlierStartCommittedArriveAgain() {
    commit("1a", "2a", "3a");

    assertThat(commit("2a", "3a", "4b"), is("4b"));
    assertThat(commit("1a", "4b", "5c"), is("5c"));
  }

  @Test
  void aStartFromAnOlderSavepointReplacesWhatTheTableHasSince() {
    commit("1a", "2a", "3a");

    assertThat(commit("2b"), is("2b"));
    assertThat(plan.undoFrom() + "-" + plan.undoTo(), is("2-3"));
    assertThat(commit("3b"), is("3b"));
  }

  @Test
  void aSavepointIsRestoredAgainAndAgain() {
    commit("1a", "2a", "3a");

    assertThat(commit("2b", "3b", "4b"), is("2b 3b 4b"));
    assertThat(commit("2c"), is("2c"));
    assertThat(commit("2d", "3d"), is("2d 3d"));
  }

  @Test
  void olderAndOlderSavepointsAreRestored() {
    commit("1a", "2a", "3a", "4b", "5b");

    assertThat(commit("4c", "5c"), is("4c 5c"));
    assertThat(commit("3a", "4d"), is("4d"));
    assertThat(commit("2e"), is("2e"));
  }

  @Test
  void aSavepointWithPendingFilesIsRestoredAfterTheJobWasRestartedFromAnEarlierCheckpoint() {
    commit("1a");
    // A savepoint now has 2a pending; the job is killed and starts from a checkpoint before it.
    commit("2b", "3b");

    assertThat(commit("2a"), is("2a"));
    assertThat(plan.undoFrom() + "-" + plan.undoTo(), is("2-3"));
    assertThat(commit("3c"), is("3c"));
    assertThat(commit("2a", "3c", "4d"), is("4d"));
  }

  @Test
  void workersThatShareThePendingFilesOfASavepointMayCommitThemInAnyOrder() {
    commit("1a");
    commit("2b", "3b", "4b");
    commit("3a");

    assertThat(commit("2a"), is("2a"));
    assertThat(commit("2a", "3a"), is("3a"));
    assertThat(commit("4c"), is("4c"));
  }

  @Test
  void aStartWhoseFilesWereReplacedMustNotWriteAnyMore() {
    commit("1a", "2a", "3a");
    commit("3b");

    assertThat(rejected("4a"), containsString("another start of the same job"));
    assertThat(rejected("3a"), containsString("another start of the same job"));
    assertThat(rejected("9a"), containsString("another start of the same job"));
    assertThat(commit("4b"), is("4b"));
  }

  @Test
  void twoStartsFromOneSavepointDoNotTakeTurns() {
    commit("1a", "2a");
    commit("3b");
    commit("3a");

    assertThat(rejected("4b"), containsString("another start of the same job"));
    assertThat(commit("4a"), is("4a"));
  }

  @Test
  void aStartThatWasReplacedIsStillRememberedByItsEarlierCommits() {
    commit("1a", "2a", "3b");
    commit("2c");

    assertThat(commit("1a", "3c"), is("3c"));
    assertThat(rejected("4a"), containsString("another start of the same job"));
    assertThat(rejected("4b"), containsString("another start of the same job"));
  }

  @Test
  void aRecordOfAnEarlierVersionNamesNoReplacedStarts() {
    SinkRecord before =
        SinkRecord.parse("{\"job\":\"j\",\"through\":3,\"attempts\":[],\"superseded\":[]}");

    assertThat(before.cut(), is(List.of()));
  }

  private String rejected(String... files) {
    return assertThrows(LedgerException.class, () -> commit(files)).getMessage();
  }

  /** Returns what is due of these files, and records it. */
  private String commit(String... files) {
    List<NumberedFiles> pending = Arrays.stream(files).map(CommitPlanTest::file).toList();
    plan = CommitPlan.of("live", record, pending);
    // As the table keeps it.
    record = SinkRecord.parse(plan.after().toJson());
    List<String> due = new ArrayList<>();
    for (List<NumberedFiles> group : plan.groups()) {
      group.forEach(file -> due.add(file.getNumber() + file.getAttempt()));
    }
    return String.join(" ", due);
  }

  private static NumberedFiles file(String name) {
    long number = Long.parseLong(name.substring(0, 1));
    // Clocks play no role: a later start may have an earlier time.
    String start = name.substring(1);
    long started = 1_000_000L - start.charAt(0);
    WrittenFiles none =
        new WrittenFiles(List.of(), 1L, 0L, List.of(), List.of(), Assumption.NOTHING, 0L);
    return new NumberedFiles("job", start, started, number, number, none);
  }
}
