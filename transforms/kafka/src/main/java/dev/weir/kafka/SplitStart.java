package dev.weir.kafka;

import dev.weir.kafka.TopicAdmin.Range;
import dev.weir.kafka.TopicPosition.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Where a split starts to read: at its saved position, or at the given offsets if it has none, in
 * each partition that is its share, and at the beginning of partitions that are new.
 *
 * @param position one for each partition of the split
 * @param added the partitions that the saved position does not have
 * @param skipped how many offsets are known to be lost
 * @param gaps one line about each partition that does not continue at its saved position
 */
record SplitStart(TopicPosition position, List<Integer> added, long skipped, List<String> gaps) {
  private static final long NO_TIME = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /**
   * @param place the topic and its brokers
   * @param first where a split without a saved position starts, by partition; a partition without
   *     an offset starts at its beginning
   * @param saved empty if the split has not started
   * @param share the partitions that the split reads now
   * @param ranges the offsets that exist, of each partition of the share
   * @param gapsAllowed whether a position that does not exist is moved to the nearest that does
   * @throws LostPosition if the saved position does not exist, or is one in another topic
   */
  static SplitStart of(
      String place,
      List<Long> first,
      TopicPosition saved,
      TopicState topic,
      List<Integer> share,
      Map<Integer, Range> ranges,
      boolean gapsAllowed) {
    if (saved.partitions().isEmpty()) {
      return first(place, first, topic, share, ranges);
    }
    saved.partitions().stream()
        .filter(partition -> !share.contains(partition.number()))
        .findFirst()
        .ifPresent(
            partition -> {
              throw LostPosition.withoutPartition(place, partition.number(), topic);
            });
    boolean replaced = topic.replaces(saved.topicId());
    if (replaced && !gapsAllowed) {
      throw LostPosition.recreated(place, saved, topic);
    }
    long watermark =
        saved.partitions().stream().mapToLong(Partition::watermark).min().orElse(NO_TIME);
    Map<Integer, Partition> known = new HashMap<>();
    saved.partitions().forEach(partition -> known.put(partition.number(), partition));
    List<Partition> partitions = new ArrayList<>();
    List<Integer> added = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    Map<Integer, Long> lost = new HashMap<>();
    long skipped = 0;
    for (int number : share) {
      Range range = ranges.get(number);
      Partition partition = known.get(number);
      if (partition == null) {
        added.add(number);
        // What the job has not read yet is not older than what it has.
        partitions.add(new Partition(number, range.begins(), watermark));
        continue;
      }
      long offset = replaced ? range.begins() : within(range, partition.offset());
      partitions.add(new Partition(number, offset, partition.watermark()));
      if (replaced || offset != partition.offset()) {
        lost.put(number, partition.offset());
        gaps.add("partition " + number + " from " + partition.offset() + " to " + offset);
        skipped += replaced ? 0 : Math.max(0, offset - partition.offset());
      }
    }
    if (!lost.isEmpty() && !gapsAllowed) {
      throw LostPosition.outside(place, lost, ranges);
    }
    return new SplitStart(new TopicPosition(topic.id(), partitions), added, skipped, gaps);
  }

  /** Records that were deleted since the offsets were looked up are reported, but are no error. */
  private static SplitStart first(
      String place,
      List<Long> first,
      TopicState topic,
      List<Integer> share,
      Map<Integer, Range> ranges) {
    List<Partition> partitions = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    long skipped = 0;
    for (int number : share) {
      Range range = ranges.get(number);
      long offset = number < first.size() ? first.get(number) : range.begins();
      if (offset > range.ends()) {
        throw LostPosition.beforeTheFirstCheckpoint(place, number, offset, range.ends());
      }
      if (offset < range.begins()) {
        gaps.add("partition " + number + " from " + offset + " to " + range.begins());
        skipped += range.begins() - offset;
      }
      partitions.add(new Partition(number, Math.max(offset, range.begins()), NO_TIME));
    }
    return new SplitStart(new TopicPosition(topic.id(), partitions), List.of(), skipped, gaps);
  }

  private static long within(Range range, long offset) {
    return offset < range.begins() ? range.begins() : Math.min(offset, range.ends());
  }
}
