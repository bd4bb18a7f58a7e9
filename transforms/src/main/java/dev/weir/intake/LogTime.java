package dev.weir.intake;

/**
 * How far time has come in one log, a topic's partition or a file, as its records tell in their
 * order: the latest time among them, less the disorder. What is still earlier is late, and takes
 * its place where it came. That depends on the log alone, and on nobody who reads it.
 *
 * <p>A time ahead of all others counts once a later record confirms it, by being no more than the
 * disorder behind it: one wrong time makes no other record late.
 */
final class LogTime {
  private final long disorder;
  private long ahead = Long.MIN_VALUE;
  private long latest = Long.MIN_VALUE;

  /**
   * @param disorder milliseconds
   */
  LogTime(long disorder) {
    this.disorder = disorder;
  }

  /**
   * Goes on where another reader of this log was.
   *
   * @param reached as it was there
   */
  void reached(long reached) {
    latest = reached + disorder;
    ahead = latest;
  }

  /**
   * Takes the next record.
   *
   * @param time its own, epoch milliseconds
   * @return its place in event time: its own time, or later where it is late
   */
  long place(long time) {
    if (ahead == Long.MIN_VALUE || time < ahead - disorder && ahead > latest) {
      // The first of all, or the one before was an error.
      ahead = Math.max(time, latest);
    } else if (time >= ahead - disorder) {
      latest = ahead;
      ahead = Math.max(ahead, time);
    }
    return Math.max(time, reached());
  }

  /** The latest time, confirmed or not yet; {@link Long#MIN_VALUE} while nothing is known. */
  long ahead() {
    return ahead;
  }

  /** No record to come has a place before it; {@link Long#MIN_VALUE} while nothing is known. */
  long reached() {
    return latest == Long.MIN_VALUE ? Long.MIN_VALUE : latest - disorder;
  }
}
