package dev.weir.kafka;

import dev.weir.kafka.TopicAdmin.Range;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A position in a topic at which a job cannot continue without losing records. */
final class LostPosition extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  private static final String WAY_OUT =
      "; to accept the loss, start the job from its last checkpoint with --allowGaps";

  private LostPosition(String message) {
    super(message);
  }

  /**
   * @param place the topic and its brokers
   * @param next the offset to be read next, by partition
   * @param ranges the offsets that exist, by partition; one that has the next offset lacked it a
   *     moment before
   */
  static LostPosition outside(String place, Map<Integer, Long> next, Map<Integer, Range> ranges) {
    List<String> begin = new ArrayList<>();
    List<String> end = new ArrayList<>();
    new TreeMap<>(next)
        .forEach(
            (number, offset) -> {
              Range range = ranges.get(number);
              if (offset < range.begins()) {
                begin.add(toRead(number, offset) + ", but begins at offset " + range.begins());
              } else if (offset > range.ends()) {
                end.add(toRead(number, offset) + ", but ends at offset " + range.ends());
              } else {
                end.add(
                    toRead(number, offset)
                        + ", which did not exist when it was fetched; it now begins at offset "
                        + range.begins()
                        + " and ends at offset "
                        + range.ends());
              }
            });
    if (end.isEmpty()) {
      return new LostPosition(
          "unread records of " + place + " were deleted: " + String.join("; ", begin) + WAY_OUT);
    }
    end.addAll(begin);
    return new LostPosition(
        place + " lost records, or was created again: " + String.join("; ", end) + WAY_OUT);
  }

  /** The topic that was read no longer exists; another one has its name. */
  static LostPosition recreated(String place, TopicPosition saved, TopicState now) {
    List<String> partitions =
        saved.partitions().stream().map(one -> toRead(one.number(), one.offset())).toList();
    return new LostPosition(
        place
            + " was deleted and created again: its id is "
            + now.id()
            + ", not "
            + saved.topicId()
            + ", in which "
            + String.join("; ", partitions)
            + WAY_OUT
            + ", which reads the new topic from its beginning");
  }

  /** Even with gaps, a split cannot read partitions that do not exist. */
  static LostPosition withoutPartition(String place, int number, TopicState now) {
    return new LostPosition(
        place
            + " has "
            + now.partitions()
            + " partitions, and the job has read partition "
            + number
            + ": the topic was created again with fewer; give it as many as before, or start the"
            + " job without a checkpoint");
  }

  static LostPosition beforeTheFirstCheckpoint(String place, int number, long from, long ends) {
    return new LostPosition(
        place
            + " lost records, or was created again, since the job was submitted: "
            + toRead(number, from)
            + ", but ends at offset "
            + ends
            + "; submit the job again");
  }

  private static String toRead(int number, long offset) {
    return "partition " + number + " is to be read from offset " + offset;
  }
}
