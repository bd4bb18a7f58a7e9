package dev.weir.changelog;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The position of a change among the changes of its key, compared by {@code major}, then by {@code
 * minor}.
 *
 * @param major the first criterion, such as a commit time
 * @param minor the second criterion, such as a position in a log or an offset on a topic
 */
public record Position(long major, long minor) implements Comparable<Position>, Serializable {
  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::major).thenComparingLong(Position::minor);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
