package dev.weir.record;

/**
 * How far time has come in one log, a topic's partition or a file, as its records tell in their
 * order: the latest time among them, less the disorder. What is still earlier is late, and takes
 * its place where it came. That depends on the log alone, and on nobody who reads it.
 *
 * <p>A time more than ten minutes ahead of all before counts once the next record confirms it, by
 * being near and not the same: one that is wrong makes no other record late. A time that cannot be
 * true, because it is ahead of the record's sending or of the reader's clock, never counts.
 */
public final class LogTime {
  /** Milliseconds. */
  public static final long JUMP = 600_000;

  private static final long NONE = Long.MIN_VALUE;

  private final long disorder;
  private long latest = NONE;

  /** A time that is far ahead and not confirmed yet. */
  private long doubtful = NONE;

  /**
   * @param disorder milliseconds
   */
  public LogTime(long disorder) {
    this.disorder = disorder;
  }

  /**
   * Goes on where another reader of this log was.
   *
   * @param reached as it was there
   */
  public void reached(long reached) {
    latest = reached + disorder;
  }

  /**
   * Takes the next record.
   *
   * @param time its own, epoch milliseconds
   * @return its place in event time: its own time, or later where it is late
   */
  public long place(long time) {
    if (confirms(time)) {
      latest = Math.max(doubtful, time);
      doubtful = NONE;
    } else if (latest != NONE && time <= latest + JUMP) {
      latest = Math.max(latest, time);
      doubtful = NONE;
    } else {
      doubtful = time;
    }
    return Math.max(time, reached());
  }

  /**
   * The place of a record whose own time cannot be true: where the newest record before it is. Time
   * does not move.
   *
   * @param otherwise the place where nothing is known
   */
  public long placeOfAhead(long otherwise) {
    return latest == NONE && doubtful == NONE ? otherwise : Math.max(latest, doubtful);
  }

  /** The same time again may be the same record, sent twice. */
  private boolean confirms(long time) {
    return doubtful != NONE
        && time != doubtful
        && time >= doubtful - disorder
        && time <= doubtful + JUMP;
  }

  /** No record to come has a place before it; {@link Long#MIN_VALUE} while nothing is known. */
  public long reached() {
    return latest == NONE ? NONE : latest - disorder;
  }
}
