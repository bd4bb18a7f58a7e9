package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Changes of one row: which are applied, as they arrive and sorted. */
class ChangeOrderTest {
  private static final long UNKNOWN = -1;
  private static final long CLUSTER = 5_000_000_000L;

  private long place;

  private ChangeSource at(Operation operation, long commit, long lsn, long lastCommit) {
    return new ChangeSource(operation, commit, lsn, "topic", 0, ++place, lastCommit, null);
  }

  private ChangeSource update(long commit, long lsn) {
    return at(Operation.u, commit, lsn, UNKNOWN);
  }

  private ChangeSource read(long time, long lsn) {
    return at(Operation.r, time, lsn, UNKNOWN);
  }

  private static ChangeSource elsewhere(ChangeSource change, String source, long position) {
    return ChangeSource.newBuilder(change).setSource(source).setPosition(position).build();
  }

  /** The positions of those that are applied, in their order. */
  private static List<Long> applied(List<ChangeSource> changes) {
    List<Long> applied = new ArrayList<>();
    RowProgress progress = null;
    ChangeSource last = null;
    for (ChangeSource change : changes) {
      if (last == null || ChangeOrder.isNew(progress, last, change)) {
        progress = ChangeOrder.progress(progress, change);
        last = change;
        applied.add(change.getPosition());
      }
    }
    return applied;
  }

  private static List<Long> sorted(ChangeSource... changes) {
    List<ChangeSource> backwards = new ArrayList<>();
    for (ChangeSource change : changes) {
      backwards.add(0, change);
    }
    return applied(ChangeOrder.inOrder(backwards, Function.identity()));
  }

  /** As they arrive, and sorted from another order of arrival. */
  private static List<Long> appliedBoth(ChangeSource... changes) {
    List<Long> live = applied(List.of(changes));
    assertThat(sorted(changes), is(live));
    return live;
  }

  @Test
  void theLogTakesPrecedenceOverTheClock() {
    assertThat(appliedBoth(update(2, 10), update(1, 20), update(1, 30)), is(List.of(1L, 2L, 3L)));
  }

  @Test
  void theClockDecidesWhereAPositionIsUnknown() {
    assertThat(applied(List.of(update(1, 20), update(2, UNKNOWN))), is(List.of(1L, 2L)));
    assertThat(applied(List.of(update(2, UNKNOWN), update(1, 20))), is(List.of(3L)));
  }

  @Test
  void thePlaceDecidesAtTheSameInstantIfPositionsAreUnknown() {
    ChangeSource first = at(Operation.c, 1, UNKNOWN, UNKNOWN);
    ChangeSource second = at(Operation.d, 1, UNKNOWN, UNKNOWN);
    ChangeSource third = at(Operation.c, 1, UNKNOWN, UNKNOWN);

    assertThat(appliedBoth(first, second, third), is(List.of(1L, 2L, 3L)));
    assertThat(applied(List.of(second, first)), is(List.of(2L)));
  }

  @Test
  void repeatsAfterAConnectorRestartAreNotApplied() {
    ChangeSource first = at(Operation.c, 1, 10, 5);
    ChangeSource second = at(Operation.u, 2, 20, 15);
    ChangeSource third = at(Operation.u, 3, 30, 25);

    assertThat(
        appliedBoth(
            first, second, third, at(Operation.u, 2, 20, UNKNOWN), at(Operation.u, 3, 30, 25)),
        is(List.of(1L, 2L, 3L)));
  }

  @Test
  void repeatsAreRecognisedAfterTheClockWasSetBack() {
    assertThat(
        appliedBoth(update(9, 10), update(5, 20), update(9, 10), update(5, 20)),
        is(List.of(1L, 2L)));
  }

  @Test
  void aChangeWrittenBeforeTheSnapshotAndCommittedAfterItIsApplied() {
    assertThat(appliedBoth(read(4, 5_000), at(Operation.u, 6, 4_900, 5_050)), is(List.of(1L, 2L)));
  }

  @Test
  void ifTheSequenceIsUnknownThePlaceDecidesBetweenASnapshotAndAChange() {
    assertThat(appliedBoth(read(9, 5_000), update(6, 4_900)), is(List.of(1L, 2L)));
    assertThat(appliedBoth(update(3, 4_900), read(9, 5_000)), is(List.of(3L, 4L)));
  }

  @Test
  void betweenTwoFilesTheTimeDecidesBetweenASnapshotAndAChange() {
    ChangeSource row = elsewhere(read(5, 5_000), "snapshot", 7);

    assertThat(appliedBoth(row, elsewhere(update(6, 4_900), "log", 1)), is(List.of(7L, 1L)));
    assertThat(applied(List.of(row, elsewhere(update(4, 4_900), "log", 1))), is(List.of(7L)));
    assertThat(sorted(row, elsewhere(update(4, 4_900), "log", 1)), is(List.of(1L, 7L)));
  }

  @Test
  void aChangeWhileTheSnapshotWasReadIsAfterIt() {
    assertThat(appliedBoth(read(600, 6_000), update(300, 6_100)), is(List.of(1L, 2L)));
  }

  @Test
  void aRepeatedRowOfAnOldSnapshotIsNotApplied() {
    assertThat(
        appliedBoth(read(9, 5_000), at(Operation.u, 12, 4_900, 5_050), read(9, 5_000)),
        is(List.of(1L, 2L)));
    assertThat(appliedBoth(update(3, 6_000), read(9, 5_000)), is(List.of(4L)));
  }

  @Test
  void aRepeatedChangeFromBeforeASnapshotIsNotApplied() {
    assertThat(
        appliedBoth(update(3, 4_900), read(9, 5_000), update(3, 4_900)), is(List.of(1L, 2L)));
  }

  @Test
  void aLaterSnapshotIsApplied() {
    assertThat(
        appliedBoth(read(1, 5_000), update(3, 6_000), read(9, 7_000), update(12, 8_000)),
        is(List.of(1L, 2L, 3L, 4L)));
  }

  @Test
  void transactionsOfOneRowFollowTheirCommits() {
    assertThat(
        appliedBoth(at(Operation.u, 1, 4_900, 4_800), at(Operation.u, 2, 4_850, 5_000)),
        is(List.of(1L, 2L)));
  }

  @Test
  void anotherClusterWithMuchLowerPositionsIsAnError() {
    ChangeSource before = at(Operation.u, 1_000, CLUSTER, UNKNOWN);
    ChangeSource after = at(Operation.u, 2_000, 30_000_000, UNKNOWN);

    PositionsStartOver live =
        assertThrows(PositionsStartOver.class, () -> applied(List.of(before, after)));
    assertThrows(PositionsStartOver.class, () -> sorted(before, after));
    assertThat(live.getMessage(), containsString("topic has at partition 0 offset 2"));
    assertThat(live.getMessage(), containsString("another database cluster"));
  }

  @Test
  void theSnapshotOfAnotherClusterIsAnError() {
    ChangeSource before = at(Operation.u, 1_000, CLUSTER, CLUSTER - 10);
    ChangeSource after = read(2_000, 30_000_000);

    assertThrows(PositionsStartOver.class, () -> applied(List.of(before, after)));
    assertThrows(PositionsStartOver.class, () -> sorted(before, after));
    ChangeSource row = read(3_000, CLUSTER);
    ChangeSource rowAfter = read(4_000, 30_000_000);
    assertThrows(PositionsStartOver.class, () -> applied(List.of(row, rowAfter)));
    assertThrows(PositionsStartOver.class, () -> sorted(row, rowAfter));
  }

  @Test
  void betweenTwoFilesTheLogDecidesEvenIfTheClockWasSetBack() {
    ChangeSource first = elsewhere(update(5_000, 100_000_000), "log-9", 1);
    ChangeSource second = elsewhere(update(2_000, 150_000_000), "log-10", 2);

    assertThat(sorted(first, second), is(List.of(1L, 2L)));
    assertThat(sorted(second, first), is(List.of(1L, 2L)));
  }

  @Test
  void anotherClusterInASecondFileIsAnErrorToo() {
    ChangeSource before = elsewhere(update(1_000, CLUSTER), "old", 1);
    ChangeSource after = elsewhere(update(2_000, 30_000_000), "new", 2);
    ChangeSource row = elsewhere(read(1_000, CLUSTER), "old", 3);
    ChangeSource rowAfter = elsewhere(read(2_000, 30_000_000), "new", 4);

    assertThrows(PositionsStartOver.class, () -> sorted(before, after));
    assertThrows(PositionsStartOver.class, () -> sorted(rowAfter, row));
  }

  @Test
  void aLogThatLostItsEndInAFailoverIsContinued() {
    assertThat(appliedBoth(update(1, CLUSTER), update(2, CLUSTER - 5_000)), is(List.of(1L, 2L)));
  }

  @Test
  void aLateChangeIsFromTheSameCluster() {
    ChangeSource row = read(2_000, 30_000_000);
    ChangeSource change = at(Operation.u, 1_000, CLUSTER, UNKNOWN);

    assertThat(applied(List.of(change, row)), is(List.of(2L)));
    assertThat(sorted(change, row), is(List.of(1L, 2L)));
  }

  @Test
  void revisionsGrowAfterTheClockIsSetBackAndAfterStateExpires() {
    long first = ChangeOrder.revision(0, 1_000);
    long sameInstant = ChangeOrder.revision(first, 1_000);
    long setBack = ChangeOrder.revision(sameInstant, 500);

    assertThat(first, is(1_000_000L));
    assertThat(sameInstant, is(1_000_001L));
    assertThat(setBack, is(1_000_002L));
    assertThat(ChangeOrder.revision(0, 2_000), is(greaterThan(setBack)));
  }
}
