package dev.weir.record;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The place a record was read from. Origins are ordered as in their source: within a topic by
 * partition and offset, within a file by line.
 *
 * @param source the topic, or the file's path
 * @param partition the topic's partition; {@link #FILE} for a file
 * @param position the offset in the partition, or the line in the file, from 1
 */
public record Origin(String source, int partition, long position)
    implements Comparable<Origin>, Serializable {
  /** The partition of an origin that is not a topic. */
  public static final int FILE = -1;

  private static final Comparator<Origin> ORDER =
      Comparator.comparing(Origin::source)
          .thenComparingInt(Origin::partition)
          .thenComparingLong(Origin::position);

  public static Origin ofTopic(String topic, int partition, long offset) {
    return new Origin(topic, partition, offset);
  }

  public static Origin ofFile(String file, long line) {
    return new Origin(file, FILE, line);
  }

  public boolean isFile() {
    return partition == FILE;
  }

  @Override
  public int compareTo(Origin other) {
    return ORDER.compare(this, other);
  }
}
