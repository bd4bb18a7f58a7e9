/**
 * Kafka topics in and out. Begin with {@link dev.weir.kafka.ReadTopic}: it reads a topic from the
 * position that {@link dev.weir.kafka.TopicStart} defines and gives each record its origin and its
 * event time. {@link dev.weir.kafka.TopicSource} is its source: Beam's, and what that lacks, which
 * is an error where records are lost, and partitions that are added. {@link
 * dev.weir.kafka.PartitionTime} and {@link dev.weir.kafka.TopicTime} are the two ways in which a
 * partition's time advances. {@link dev.weir.kafka.PublishJson} and {@link
 * dev.weir.kafka.PublishChangelog} publish records under their natural key. Publishing is at least
 * once: after a restart a record may be written again, under the same key.
 */
package dev.weir.kafka;
