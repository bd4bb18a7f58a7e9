package dev.weir.kafka.once;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Assigns keys to writer groups and partitions. The partition of a key is the one that Kafka's own
 * partitioner selects. If the number of groups divides the number of partitions, each partition has
 * records of one group only.
 *
 * @param groups the number of writer groups
 */
record GroupLayout(int groups) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The highest number of groups that {@link #forPartitions} chooses. */
  static final int MOST_GROUPS = 16;

  /** Returns as many groups as possible of which each has the same number of partitions. */
  static GroupLayout forPartitions(int partitions) {
    int groups = Math.min(MOST_GROUPS, partitions);
    while (partitions % groups != 0) {
      groups--;
    }
    return new GroupLayout(groups);
  }

  int groupOf(String key) {
    return hash(key.getBytes(StandardCharsets.UTF_8)) % groups;
  }

  static int partitionOf(byte[] key, int partitions) {
    return hash(key) % partitions;
  }

  /** Returns the partitions that can have records of a group. */
  Set<Integer> partitionsOf(int group, int partitions) {
    int step = gcd(groups, partitions);
    Set<Integer> all = new TreeSet<>();
    for (int partition = group % step; partition < partitions; partition += step) {
      all.add(partition);
    }
    return all;
  }

  /**
   * Returns the partitions that can have records of a group that were written while the number of
   * partitions grew.
   */
  Set<Integer> partitionsOf(int group, int then, int now) {
    // While partitions are added, one by one, a key may have been in any of them.
    return then == now
        ? partitionsOf(group, now)
        : IntStream.range(0, now).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  private static int hash(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
