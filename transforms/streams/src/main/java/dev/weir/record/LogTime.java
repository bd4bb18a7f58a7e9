package dev.weir.record;

/**
 * Tracks event time in one log, a topic's partition or a file, from its records in log order: the
 * latest time so far, minus the disorder. A record with an earlier time is late, and its place in
 * event time is the time that the log had reached. All this depends on the log alone, not on its
 * reader.
 *
 * <p>A time more than ten minutes ahead of all earlier ones counts only once the next record
 * confirms it with a time that is close but not equal, so that a wrong time makes no other record
 * late. A time that cannot be true, because it is ahead of the record's sending or of the reader's
 * clock, never counts.
 */
public final class LogTime {
  /** How far ahead a time must be to need confirmation, in milliseconds: ten minutes. */
  public static final long JUMP = 600_000;

  private static final long NONE = Long.MIN_VALUE;

  private final long disorder;
  private long latest = NONE;

  /** A time that is far ahead and not confirmed yet. */
  private long doubtful = NONE;

  /**
   * @param disorder how far a record may be behind the latest one, in milliseconds
   */
  public LogTime(long disorder) {
    this.disorder = disorder;
  }

  /**
   * Resumes where another reader of this log stopped.
   *
   * @param reached the value of {@link #reached()} there
   */
  public void reached(long reached) {
    latest = reached + disorder;
  }

  /**
   * Adds the next record.
   *
   * @param time its own time, in epoch milliseconds
   * @return its place in event time: its own time, or later if it is late
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
   * Returns the place of a record whose own time cannot be true: that of the newest record before
   * it. Does not advance time.
   *
   * @param otherwise the place if no record came before
   */
  public long placeOfAhead(long otherwise) {
    return latest == NONE && doubtful == NONE ? otherwise : Math.max(latest, doubtful);
  }

  /** Excludes an equal time: it may be the same record, sent twice. */
  private boolean confirms(long time) {
    return doubtful != NONE
        && time != doubtful
        && time >= doubtful - disorder
        && time <= doubtful + JUMP;
  }

  /**
   * A lower bound for the place of every later record, in epoch milliseconds; {@link
   * Long#MIN_VALUE} if nothing is known yet.
   */
  public long reached() {
    return latest == NONE ? NONE : latest - disorder;
  }
}
