package dev.weir.cdc;

import java.util.Comparator;

/** The order of changes: of one key which of two is later, of many the same order every time. */
public final class ChangeOrder {
  private static final Comparator<ChangeSource> BY_PLACE =
      Comparator.comparing(ChangeSource::getSource)
          .thenComparingInt(ChangeSource::getPartition)
          .thenComparingLong(ChangeSource::getPosition);

  private static final Comparator<ChangeSource> BY_COMMIT =
      Comparator.comparingLong(ChangeSource::getCommitMs);

  /** A snapshot has the position at which the changes after it begin. */
  private static final Comparator<ChangeSource> BY_LSN =
      Comparator.comparingLong(ChangeSource::getLsn)
          .thenComparing(change -> change.getOperation() != Operation.r);

  /** By commit, position in the log, place: a total order, also over tables. */
  public static final Comparator<ChangeSource> TOTAL =
      BY_COMMIT.thenComparing(BY_LSN).thenComparing(BY_PLACE);

  private ChangeOrder() {}

  /**
   * Whether a change of a key comes after another one. Of one and the same change that was read
   * twice, neither does. The log's position decides where both have one, since the clock of a
   * database may be set back; the commit time and the place where they have not.
   */
  public static boolean isAfter(ChangeSource change, ChangeSource other) {
    boolean bothInLog = change.getLsn() >= 0 && other.getLsn() >= 0;
    return (bothInLog ? BY_LSN : BY_COMMIT.thenComparing(BY_PLACE)).compare(change, other) > 0;
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
