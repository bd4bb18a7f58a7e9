package dev.weir.cdc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The order of the changes of one row.
 *
 * <p>Changes from the log follow each other by Debezium's {@code source.sequence} (last commit,
 * then position), else by position, else by commit time and place. A row that a snapshot read has
 * the position of the snapshot, and a change may be written to the log before that position and
 * committed after it; so where positions leave it open, the place of the two in the topic or file
 * decides. {@link RowProgress} recognises what was applied before: a repeat after a restart of the
 * connector, an older change, a repeated snapshot row.
 */
public final class ChangeOrder {
  private static final long NONE = Long.MIN_VALUE;

  /** A position this far below the last one is not of the same log; a segment of PostgreSQL's. */
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
   * Whether a change is to be applied to a row: it is neither older than what the row has nor a
   * repeat of it.
   *
   * @param seen how far the row's changes have been applied
   * @param last the last change that was applied
   * @throws PositionsStartOver where the change is of another log than the ones before it
   */
  public static boolean isNews(RowProgress seen, ChangeSource last, ChangeSource change) {
    return isSnapshot(change)
        ? isNewSnapshot(seen, last, change)
        : isNewInLog(seen, last, change) && (!isSnapshot(last) || isAfterSnapshot(change, last));
  }

  /**
   * How far a row's changes have been applied once this one is.
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
    // The clock of a database may be set back: a later position is enough.
    int inLog = comparePositions(seen, change);
    if (inLog > 0) {
      return true;
    }
    // A repeat was committed when it was committed the first time. This is none.
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

  /** Whether a change from the log was committed after a snapshot that has read the row. */
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

  /** Whether the places of the two in their topic or file say which one came first. */
  private static boolean haveOneOrigin(ChangeSource one, ChangeSource other) {
    return one.getSource().equals(other.getSource()) && one.getPartition() == other.getPartition();
  }

  /** Whether a row was read by a snapshot of another log than the one that was read before it. */
  private static boolean startsOver(ChangeSource row, ChangeSource before, long reached) {
    return row.getLsn() >= 0
        && isFarBelow(row.getLsn(), reached)
        && haveOneOrigin(row, before)
        && row.getPosition() > before.getPosition();
  }

  /** Whether two positions are so far apart that the lower one can only be of another log. */
  private static boolean isFarBelow(long lsn, long reached) {
    return lsn < reached / 2 || reached - lsn > FAR;
  }

  /**
   * Puts all changes of one row into the order in which they are to be applied; repeats are left
   * in. The order of the list does not matter.
   *
   * @param source of a change
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
   * Whether a row that was read goes before another change; as live, not before what came first.
   */
  private static boolean precedes(ChangeSource row, ChangeSource other) {
    boolean cameFirst = haveOneOrigin(row, other) && other.getPosition() < row.getPosition();
    return !isSnapshot(other) && !cameFirst && isAfterSnapshot(other, row);
  }

  /**
   * By the log. Where the commits have another order, the changes of one topic partition or file
   * are left as they were read. In several files the log still decides, unless its positions start
   * over.
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
   * A number that grows with each change of a key, also where what was remembered of the key is
   * forgotten in between: commits are later than those of changes long ago.
   *
   * @param before the last one; 0 for none
   */
  public static long revision(long before, long commitMillis) {
    return Math.max(before + 1, Math.multiplyExact(commitMillis, 1_000L));
  }
}
