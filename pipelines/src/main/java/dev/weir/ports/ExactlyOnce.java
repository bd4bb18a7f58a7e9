package dev.weir.ports;

import java.util.Map;
import java.util.TreeMap;

/**
 * How the outputs of a live job are published exactly once.
 *
 * @param sinkId names the job in what it publishes
 * @param writerGroups the number of writer groups of a topic; chosen by the number of partitions
 *     for a topic that is missing
 * @param allowRepeats whether the job starts if it cannot find out all that it has published
 */
public record ExactlyOnce(String sinkId, Map<String, Integer> writerGroups, boolean allowRepeats) {
  private static final int MOST_GROUPS = 1_000;

  public ExactlyOnce {
    writerGroups = Map.copyOf(writerGroups);
  }

  /**
   * @throws PortException if an argument is invalid
   */
  static ExactlyOnce of(KafkaOptions options, String sinkId) {
    return new ExactlyOnce(
        sinkId, writerGroups(options.getWriterGroups()), options.getAllowRepeats());
  }

  private static Map<String, Integer> writerGroups(String given) {
    Map<String, Integer> groups = new TreeMap<>();
    if (given != null) {
      for (String topic : given.split(",", -1)) {
        int colon = topic.indexOf(':');
        if (colon < 1 || !topic.substring(colon + 1).matches("[0-9]{1,6}")) {
          throw new PortException(
              "--writerGroups: '" + topic + "' is invalid; write topic:number[,topic:number...]");
        }
        groups.put(
            topic.substring(0, colon),
            Numbers.between(
                "writerGroups", Integer.parseInt(topic.substring(colon + 1)), 1, MOST_GROUPS));
      }
    }
    return groups;
  }
}
