package dev.weir.cdc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Orders the changes of one row.
 *
 * <p>Changes from the log are ordered by Debezium's {@code source.sequence} (last commit, then
 * position); without it by position; without positions by commit time and origin. A row that a
 * snapshot read has the position of the snapshot, but a change may be written to the log before
 * that position and committed after it. If positions do not determine which of the two came first,
 * their order in the topic or file does. {@link RowProgress} identifies what was applied before: a
 * repeat after a restart of the connector, an older change, or a repeated snapshot row.
 */
public final class ChangeOrder {
  private static final long NONE = Long.MIN_VALUE;

  /**
   * A position this many bytes below the last one is from another log. This is the size of a
   * PostgreSQL segment.
   */
  private static final long FAR = 16L << 20;

  private static final Comparator<ChangeSource> BY_PLACE =
      Comparator.comparing(ChangeSource::getSource)
          .thenComparingInt(ChangeSource::getPartition)
          .thenComparingLong(ChangeSource::getPosition);

  private static final Comparator<ChangeSource> BY_COMMIT =
      Comparator.comparingLong(ChangeSource::getCommitMs);

  private static final Comparator<ChangeSource> BY_LSN =
      Comparator.comparingLong(ChangeSource::getLsn);

  private static final Comparator<ChangeSource> BY_SEQUENCE =
      Comparator.comparingLong(ChangeSource::getLastCommitLsn).thenComparing(BY_LSN);

  private ChangeOrder() {}

  /**
   * Returns whether a change must be applied to a row: it is neither older than the row's last
   * change nor a repeat of it.
   *
   * @param seen how far the row's changes have been applied
   * @param last the last change that was applied
   * @throws PositionsStartOver if the change is from another log than the ones before it
   */
  public static boolean isNew(RowProgress seen, ChangeSource last, ChangeSource change) {
    return isSnapshot(change)
        ? isNewSnapshot(seen, last, change)
        : isNewInLog(seen, last, change) && (!isSnapshot(last) || isAfterSnapshot(change, last));
  }

  /**
   * Returns how far a row's changes have been applied after this one.
   *
   * @param before null for the row's first change
   */
  public static RowProgress progress(RowProgress before, ChangeSource change) {
    RowProgress now =
        before == null
            ? new RowProgress(-1L, -1L, NONE, -1L, NONE)
            : RowProgress.newBuilder(before).build();
    if (isSnapshot(change)) {
      now.setSnapshotLsn(change.getLsn());
      now.setSnapshotMs(Math.max(now.getSnapshotMs(), change.getCommitMs()));
    } else {
      now.setStreamedLsn(change.getLsn());
      now.setStreamedCommitLsn(change.getLastCommitLsn());
      now.setStreamedMs(Math.max(now.getStreamedMs(), change.getCommitMs()));
    }
    return now;
  }

  private static boolean isSnapshot(ChangeSource change) {
    return change.getOperation() == Operation.r;
  }

  private static boolean isNewInLog(RowProgress seen, ChangeSource last, ChangeSource change) {
    if (seen.getStreamedMs() == NONE) {
      return true;
    }
    boolean committedLater = change.getCommitMs() > seen.getStreamedMs();
    if (seen.getStreamedLsn() < 0 || change.getLsn() < 0) {
      boolean samePlaceInTime = change.getCommitMs() == seen.getStreamedMs();
      return committedLater || (samePlaceInTime && BY_PLACE.compare(change, last) > 0);
    }
    // A later position is enough, because the clock of a database may be set back.
    int inLog = comparePositions(seen, change);
    if (inLog > 0) {
      return true;
    }
    // A repeat has its original commit time, so a change that was committed later is not a repeat.
    boolean arrivedLate = haveOneOrigin(change, last) && change.getPosition() <= last.getPosition();
    if (committedLater && !arrivedLate && isFarBelow(change.getLsn(), seen.getStreamedLsn())) {
      throw new PositionsStartOver(seen.getStreamedLsn(), change);
    }
    return committedLater;
  }

  private static int comparePositions(RowProgress seen, ChangeSource change) {
    boolean sequences = seen.getStreamedCommitLsn() >= 0 && change.getLastCommitLsn() >= 0;
    int byCommit =
        sequences ? Long.compare(change.getLastCommitLsn(), seen.getStreamedCommitLsn()) : 0;
    return byCommit != 0 ? byCommit : Long.compare(change.getLsn(), seen.getStreamedLsn());
  }

  private static boolean isNewSnapshot(RowProgress seen, ChangeSource last, ChangeSource row) {
    boolean readLater = row.getCommitMs() > Math.max(seen.getSnapshotMs(), seen.getStreamedMs());
    long reached = Math.max(seen.getSnapshotLsn(), seen.getStreamedLsn());
    boolean isOfAnotherLog = row.getLsn() >= 0 && row.getLsn() < seen.getSnapshotLsn() / 2;
    if (readLater && (isOfAnotherLog || startsOver(row, last, reached))) {
      throw new PositionsStartOver(reached, row);
    }
    return !isReadBefore(seen, row) && (isSnapshot(last) || !isAfterSnapshot(last, row));
  }

  private static boolean isReadBefore(RowProgress seen, ChangeSource row) {
    return seen.getSnapshotLsn() >= 0 && row.getLsn() >= 0
        ? row.getLsn() <= seen.getSnapshotLsn()
        : row.getCommitMs() <= seen.getSnapshotMs();
  }

  /** Returns whether a change from the log was committed after the snapshot that read the row. */
  private static boolean isAfterSnapshot(ChangeSource change, ChangeSource row) {
    boolean oneLog = row.getLsn() >= 0 && change.getLsn() >= 0;
    if (row.getCommitMs() > change.getCommitMs() && startsOver(row, change, change.getLsn())) {
      return false;
    }
    if (oneLog && Math.max(change.getLsn(), change.getLastCommitLsn()) >= row.getLsn()) {
      return true;
    }
    return haveOneOrigin(change, row)
        ? change.getPosition() >= row.getPosition()
        : change.getCommitMs() > row.getCommitMs();
  }

  /** Returns whether both are from the same topic partition or file, where their order is known. */
  private static boolean haveOneOrigin(ChangeSource one, ChangeSource other) {
    return one.getSource().equals(other.getSource()) && one.getPartition() == other.getPartition();
  }

  /** Returns whether a snapshot read the row from another log than that of the change before it. */
  private static boolean startsOver(ChangeSource row, ChangeSource before, long reached) {
    return row.getLsn() >= 0
        && isFarBelow(row.getLsn(), reached)
        && haveOneOrigin(row, before)
        && row.getPosition() > before.getPosition();
  }

  /**
   * Returns whether {@code lsn} is so far below {@code reached} that it must be from another log.
   */
  private static boolean isFarBelow(long lsn, long reached) {
    return lsn < reached / 2 || reached - lsn > FAR;
  }

  /**
   * Sorts all changes of one row into the order in which they must be applied; repeats are kept.
   * The order of the input list does not matter.
   *
   * @param source returns the source of a change
   */
  static <C> List<C> inOrder(List<C> changes, Function<C, ChangeSource> source) {
    List<C> ordered = new ArrayList<>(changes.size());
    List<C> read = new ArrayList<>();
    for (C change : changes) {
      (isSnapshot(source.apply(change)) ? read : ordered).add(change);
    }
    sort(ordered, source);
    sort(read, source);
    List<C> repeats = new ArrayList<>();
    ChangeSource before = null;
    for (C row : read) {
      if (before != null && isRepeat(before, source.apply(row))) {
        repeats.add(row);
        continue;
      }
      before = source.apply(row);
      int at = ordered.size();
      while (at > 0 && precedes(source.apply(row), source.apply(ordered.get(at - 1)))) {
        at--;
      }
      ordered.add(at, row);
    }
    ordered.addAll(repeats);
    return ordered;
  }

  private static boolean isRepeat(ChangeSource row, ChangeSource next) {
    return row.getLsn() >= 0
        && row.getLsn() == next.getLsn()
        && row.getCommitMs() == next.getCommitMs();
  }

  /**
   * Returns whether a snapshot row goes before another change. As in live processing, it does not
   * go before a change that precedes it in the same origin.
   */
  private static boolean precedes(ChangeSource row, ChangeSource other) {
    boolean cameFirst = haveOneOrigin(row, other) && other.getPosition() < row.getPosition();
    return !isSnapshot(other) && !cameFirst && isAfterSnapshot(other, row);
  }

  /**
   * Sorts by the log. If commit times are in another order, changes from one topic partition or
   * file stay in the order in which they were read. Across several files the log still decides,
   * unless its positions start over.
   */
  private static <C> void sort(List<C> changes, Function<C, ChangeSource> source) {
    Comparator<C> byPlace = (a, b) -> BY_PLACE.compare(source.apply(a), source.apply(b));
    Comparator<C> byCommit = (a, b) -> BY_COMMIT.compare(source.apply(a), source.apply(b));
    if (!changes.stream().map(source).allMatch(change -> change.getLsn() >= 0)) {
      changes.sort(byCommit.thenComparing(byPlace));
      return;
    }
    boolean sequences =
        changes.stream().map(source).allMatch(change -> change.getLastCommitLsn() >= 0);
    Comparator<ChangeSource> log = sequences ? BY_SEQUENCE : BY_LSN;
    Comparator<C> byLog = (a, b) -> log.compare(source.apply(a), source.apply(b));
    changes.sort(byLog.thenComparing(byCommit).thenComparing(byPlace));
    boolean inOrder = true;
    boolean startsOver = false;
    for (int i = 1; i < changes.size(); i++) {
      if (byCommit.compare(changes.get(i - 1), changes.get(i)) > 0) {
        inOrder = false;
        long lsn = source.apply(changes.get(i - 1)).getLsn();
        startsOver |= lsn < source.apply(changes.get(i)).getLsn() / 2;
      }
    }
    ChangeSource any = changes.isEmpty() ? null : source.apply(changes.get(0));
    if (!inOrder && changes.stream().map(source).allMatch(c -> haveOneOrigin(c, any))) {
      changes.sort(byPlace);
    } else if (startsOver) {
      changes.sort(byCommit.thenComparing(byLog).thenComparing(byPlace));
    }
  }

  /**
   * Returns a number that increases with each change of a key, even if the state of the key is
   * removed in between: later changes have later commit times.
   *
   * @param before the last revision; 0 if there is none
   */
  public static long revision(long before, long commitMillis) {
    return Math.max(before + 1, Math.multiplyExact(commitMillis, 1_000L));
  }
}
