package dev.weir.kafka;

/**
 * A topic as its broker describes it.
 *
 * @param id given by Kafka when the topic is created; empty if the broker gives none
 * @param partitions their number; they are numbered from 0 without gaps
 */
record TopicState(String id, int partitions) {
  /** Returns whether a position in the topic with that id is not one in this topic. */
  boolean replaces(String otherId) {
    return !id.isEmpty() && !otherId.isEmpty() && !id.equals(otherId);
  }
}
