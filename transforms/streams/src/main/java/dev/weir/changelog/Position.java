package dev.weir.changelog;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a change stands among the changes of its key: compared by {@code major}, then {@code
 * minor}.
 *
 * @param major such as the time of a commit
 * @param minor such as the position in a log, or the offset on a topic
 */
public record Position(long major, long minor) implements Comparable<Position>, Serializable {
  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::major).thenComparingLong(Position::minor);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
