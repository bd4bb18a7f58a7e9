package dev.weir.kafka.once;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Converts the offsets in the state of a group. */
final class Positions {
  private Positions() {}

  static Map<Integer, Long> offsets(PublishFront front) {
    Map<Integer, Long> offsets = new HashMap<>();
    front.getPositions().forEach(p -> offsets.put(p.getPartition(), p.getOffset()));
    return offsets;
  }

  /** Returns offsets in the order of their partitions. */
  static List<PartitionPosition> of(Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> new PartitionPosition(entry.getKey(), entry.getValue()))
        .toList();
  }
}
